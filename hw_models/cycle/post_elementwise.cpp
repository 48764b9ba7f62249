// POST's instructions that treat every element alike: ADD, SUB, MUL, rescaling, tables.
#include <algorithm>

#include "hw_models/cycle/post.h"

namespace vernier::cycle {

void Post::run_vector(const Run& run, const std::uint8_t* b, std::int64_t b_step,
                      const ElementBody& body) {
  const auto& r = state_.regs.post;
  v_.n = run.n;
  const std::uint8_t* a = source(r.a, run.y, run.x, run.n);
  for (int l = 0; l < run.n; ++l) {
    const auto k = static_cast<std::size_t>(l);
    v_.a[k] = code(r.a, a[l]);
    if (b != nullptr) v_.b[k] = code(r.b, b[l * b_step]);
  }
  body(run, kPostReadDone + v_.entered++);
}

void Post::each_vector(std::int64_t y0, std::int64_t rows, const ElementBody& body) {
  const auto& a = state_.regs.post.a;
  const std::int64_t row_bytes = a.width * a.channels;
  const std::int64_t lanes = state_.config.post_lanes;
  for (std::int64_t y = y0; y < y0 + rows; ++y) {
    for (std::int64_t x = 0; x < row_bytes; x += lanes) {
      run_vector({y, x, static_cast<int>(std::min(lanes, row_bytes - x))}, nullptr, 0, body);
    }
  }
}

void Post::each_pair(std::int64_t y0, std::int64_t rows, const ElementBody& body) {
  const auto& a = state_.regs.post.a;
  const auto& b = state_.regs.post.b;
  const std::int64_t row_bytes = a.width * a.channels;
  const std::int64_t lanes = state_.config.post_lanes;
  if (b.broadcast == kBroadcastPixel) {
    for (std::int64_t c = 0; c < a.channels; c += lanes) {
      const int n = static_cast<int>(std::min(lanes, a.channels - c));
      ++v_.entered;  // B's channels enter the operand register and stay
      const std::uint8_t* pixel = source(b, 0, c, n);
      for (std::int64_t y = y0; y < y0 + rows; ++y) {
        for (std::int64_t x = c; x < row_bytes; x += a.channels) {
          run_vector({y, x, n}, pixel, 1, body);
        }
      }
    }
    return;
  }
  const std::uint8_t* byte = nullptr;
  if (b.broadcast == kBroadcastByte) {
    ++v_.entered;
    byte = source(b, 0, 0, 1);
  }
  for (std::int64_t y = y0; y < y0 + rows; ++y) {
    for (std::int64_t x = 0; x < row_bytes; x += lanes) {
      const int n = static_cast<int>(std::min(lanes, row_bytes - x));
      run_vector({y, x, n}, byte != nullptr ? byte : source(b, y, x, n), byte != nullptr ? 0 : 1,
                 body);
    }
  }
}

void Post::set_scale() {
  const auto& scale = state_.regs.post.scale;
  for (int l = 0; l < v_.n; ++l) {
    const auto k = static_cast<std::size_t>(l);
    v_.multiplier[k] = static_cast<std::int32_t>(scale.multiplier);
    v_.shift[k] = static_cast<std::int8_t>(scale.shift);
  }
}

void Post::add(const insn::PostAdd& insn) {
  const auto& r = state_.regs.post;
  const auto& scale = r.scale;
  const auto zero_a = static_cast<std::int32_t>(r.a.zero_point);
  const auto zero_b = static_cast<std::int32_t>(r.b.zero_point);
  const bool scale_b = scale.scale_b != 0;
  const int sign_a = insn.subtract == kSubtractAFromB ? -1 : 1;
  const int sign_b = insn.subtract == kSubtractBFromA ? -1 : 1;
  std::vector<std::int32_t> shifted(static_cast<std::size_t>(state_.config.post_lanes));
  each_pair(insn.y0, insn.rows, [&](const Run& run, std::int64_t cycle) {
    const auto n = static_cast<std::size_t>(run.n);
    // The operand of the larger scale: exactly x * 2^(k-1), by the barrel shifter.
    for (std::size_t k = 0; k < n; ++k) {
      v_.acc[k] = scale_b ? v_.a[k] : v_.b[k];
      v_.bias[k] = scale_b ? -zero_a : -zero_b;
      v_.shift[k] = static_cast<std::int8_t>(1 - scale.op_left);
    }
    shift_by(Rounding::kDouble, true, cycle);
    std::copy_n(v_.out.begin(), n, shifted.begin());
    // The other one: x * 2^k through the operand scaler.
    for (std::size_t k = 0; k < n; ++k) {
      v_.acc[k] = wrap_shift_left(scale_b ? v_.b[k] - zero_b : v_.a[k] - zero_a,
                                  static_cast<int>(scale.op_left));
      v_.bias[k] = 0;
      v_.multiplier[k] = static_cast<std::int32_t>(scale.op_multiplier);
      v_.shift[k] = static_cast<std::int8_t>(scale.op_shift);
    }
    requantize(layer_rounding(), true, cycle);
    // The sum enters the output requantizer through its bias adder, which negates what is
    // subtracted.
    for (std::size_t k = 0; k < n; ++k) {
      v_.acc[k] = v_.out[k] * (scale_b ? sign_b : sign_a);
      v_.bias[k] = shifted[k] * (scale_b ? sign_a : sign_b);
    }
    set_scale();
    requantize(layer_rounding(), false, cycle + kRequantizerLatency);
    write(run.y, run.x, cycle + 2 * kRequantizerLatency);
  });
}

void Post::multiply(const insn::PostMul& insn) {
  const auto zero_a = static_cast<std::int32_t>(state_.regs.post.a.zero_point);
  const auto zero_b = static_cast<std::int32_t>(state_.regs.post.b.zero_point);
  each_pair(insn.y0, insn.rows, [&](const Run& run, std::int64_t cycle) {
    for (std::size_t k = 0; k < static_cast<std::size_t>(run.n); ++k) {
      v_.acc[k] = (v_.a[k] - zero_a) * (v_.b[k] - zero_b);
      v_.bias[k] = 0;
    }
    set_scale();
    const std::int64_t product = cycle + kPostMultiplyStages;
    requantize(layer_rounding(), false, product);
    write(run.y, run.x, product + kRequantizerLatency);
  });
}

void Post::rescale(const insn::PostRescale& insn) {
  each_vector(insn.y0, insn.rows, [&](const Run& run, std::int64_t cycle) {
    for (std::size_t k = 0; k < static_cast<std::size_t>(run.n); ++k) {
      v_.acc[k] = v_.a[k];
      v_.bias[k] = -static_cast<std::int32_t>(state_.regs.post.a.zero_point);
    }
    set_scale();
    requantize(layer_rounding(), false, cycle);
    write(run.y, run.x, cycle + kRequantizerLatency);
  });
}

void Post::look_up(const insn::PostLut& insn) {
  const auto& table = state_.luts[static_cast<std::size_t>(insn.table)];
  each_vector(insn.y0, insn.rows, [&](const Run& run, std::int64_t cycle) {
    for (std::size_t k = 0; k < static_cast<std::size_t>(run.n); ++k) {
      const auto byte = static_cast<std::uint8_t>(v_.a[k]);
      v_.out[k] = static_cast<std::int32_t>(table[byte] & 0xffU);
    }
    write(run.y, run.x, cycle + kPostTableStages);
  });
}

}  // namespace vernier::cycle
