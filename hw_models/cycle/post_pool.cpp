// POST's pools: maximum, average by a reciprocal, and the mean that is requantized.
#include <fmt/format.h>

#include <algorithm>

#include "hw_models/cycle/post.h"

namespace vernier::cycle {

void Post::pool(const insn::PostPool& p) {
  const auto& r = state_.regs.post;
  const int lanes = state_.config.post_lanes;
  for (std::int64_t oy = p.y0; oy < p.y0 + p.rows; ++oy) {
    for (std::int64_t ox = 0; ox < r.ofmap.width; ++ox) {
      for (std::int64_t c0 = 0; c0 < r.ofmap.channels; c0 += lanes) {
        v_.n = static_cast<int>(std::min<std::int64_t>(lanes, r.ofmap.channels - c0));
        const std::int64_t taps = pool_taps(p, oy, ox, c0);
        if (p.average == 0 || (p.scaled == 0 && taps <= 1)) {
          keep_code();
        } else if (p.scaled != 0) {
          scale_sum(taps);
        } else {
          divide(taps);
        }
        const std::int64_t cycle = kPostReadDone + v_.entered - 1 + kPostAccumulateStages;
        requantize(p.scaled != 0 ? layer_rounding() : Rounding::kTruncate, false, cycle);
        write(oy, ox * r.ofmap.channels + c0, cycle + kRequantizerLatency);
      }
    }
  }
}

std::int64_t Post::pool_taps(const insn::PostPool& p, std::int64_t oy, std::int64_t ox,
                             std::int64_t c0) {
  const auto& r = state_.regs.post;
  const auto& w = r.window;
  const auto n = static_cast<std::size_t>(v_.n);
  const std::int32_t least = r.a.is_unsigned != 0 ? 0 : -128;
  std::fill_n(v_.acc.begin(), n, p.average != 0 ? 0 : least);
  std::int64_t taps = 0;
  for (std::int64_t ky = 0; ky < w.kernel_h; ++ky) {
    const std::int64_t iy = oy * w.stride_h - w.pad_top + ky;
    for (std::int64_t kx = 0; kx < w.kernel_w; ++kx) {
      const std::int64_t ix = ox * w.stride_w - w.pad_left + kx;
      if (iy < 0 || iy >= r.a.height || ix < 0 || ix >= r.a.width) continue;
      ++taps;
      const std::uint8_t* bytes = source(r.a, iy, ix * r.a.channels + c0, v_.n);
      for (std::size_t k = 0; k < n; ++k) {
        const std::int32_t x = code(r.a, bytes[k]);
        v_.acc[k] = p.average != 0 ? v_.acc[k] + x : std::max(v_.acc[k], x);
      }
    }
  }
  v_.entered += w.kernel_h * w.kernel_w;
  return taps;
}

void Post::keep_code() {
  for (std::size_t k = 0; k < static_cast<std::size_t>(v_.n); ++k) {
    v_.bias[k] = 0;
    v_.multiplier[k] = 1 << 30;
    v_.shift[k] = 1;
  }
}

void Post::scale_sum(std::int64_t taps) {
  const auto zero = static_cast<std::int32_t>(state_.regs.post.a.zero_point);
  for (std::size_t k = 0; k < static_cast<std::size_t>(v_.n); ++k) {
    v_.bias[k] = static_cast<std::int32_t>(-taps * zero);
  }
  set_scale();
}

// (sum +- n/2) / n toward zero: a product with the reciprocal, truncated (docs/machine.md). Codes
// of an unsigned type are never negative, so their half is always added.
void Post::divide(std::int64_t taps) {
  const auto& r = state_.regs.post;
  const auto& w = r.window;
  std::int64_t reciprocal = w.reciprocal;
  if (w.clipped != 0 && taps != w.kernel_h * w.kernel_w) {
    if (taps > kLutEntries) {
      state_.trap(
          ErrorId::ProgramOperand, pc_,
          fmt::format("a clipped window of {} taps, the table ends at {}", taps, kLutEntries));
    }
    reciprocal = state_.luts[static_cast<std::size_t>(w.table)][static_cast<std::size_t>(taps - 1)];
  }
  const auto half = static_cast<std::int32_t>(taps / 2);
  for (std::size_t k = 0; k < static_cast<std::size_t>(v_.n); ++k) {
    v_.bias[k] = r.a.is_unsigned != 0 || v_.acc[k] > 0 ? half : -half;
    v_.multiplier[k] = static_cast<std::int32_t>(reciprocal);
    v_.shift[k] = 0;
  }
}

}  // namespace vernier::cycle
