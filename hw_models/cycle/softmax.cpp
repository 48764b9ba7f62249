// POST's softmax, numerics.md 2.5: exponentials from a table, one reciprocal a pixel, one output a
// cycle through lane 0's requantizer.
#include <fmt/format.h>

#include <algorithm>

#include "hw_models/cycle/lanes.h"
#include "hw_models/cycle/post.h"
#include "hw_models/cycle/reciprocal.h"

namespace vernier::cycle {

void Post::softmax(const insn::PostSoftmax& s) {
  const auto& r = state_.regs.post;
  const auto& table = state_.luts[static_cast<std::size_t>(s.table)];
  const std::int64_t per_pixel =
      softmax_pixel_cycles(state_.config.post_lanes, static_cast<int>(r.a.channels));
  std::int64_t cycle = kPostSetupCycles;
  for (std::int64_t y = s.y0; y < s.y0 + s.rows; ++y) {
    for (std::int64_t x = 0; x < r.a.width; ++x, cycle += per_pixel) {
      softmax_pixel(table, y, x, cycle);
    }
  }
}

void Post::softmax_pixel(const std::vector<std::uint32_t>& table, std::int64_t y, std::int64_t x,
                         std::int64_t first_cycle) {
  const auto& r = state_.regs.post;
  const std::int64_t c = r.a.channels;
  const std::uint8_t* in = source(r.a, y, x * c, c);
  std::int32_t top = code(r.a, in[0]);
  for (std::int64_t n = 1; n < c; ++n) top = std::max(top, code(r.a, in[n]));
  const auto exponential = [&](std::int64_t n) {
    return table[static_cast<std::size_t>(top - code(r.a, in[n]))];
  };
  // Each exponential, Q0.31, joins the sum as Q12.19, rounded half up (they are not negative).
  std::uint32_t sum = 0;
  for (std::int64_t n = 0; n < c; ++n) sum += (exponential(n) + 2048) >> 12;
  const Reciprocal scale = reciprocal_of(sum);
  const std::int64_t outputs_begin = first_cycle +
                                     (c + state_.config.post_lanes - 1) / state_.config.post_lanes +
                                     c + kReciprocalCycles + kPostReadStages + kPostTableStages;
  for (std::int64_t n = 0; n < c; ++n) {
    v_.n = 1;
    v_.acc[0] = static_cast<std::int32_t>(exponential(n));
    v_.bias[0] = 0;
    v_.multiplier[0] = scale.shift < -31 ? 0 : scale.mantissa;
    v_.shift[0] = static_cast<std::int8_t>(std::max(scale.shift, -31));
    const std::int64_t cycle = outputs_begin + n - 1;
    requantize(Rounding::kDouble, false, cycle);
    write(y, x * c + n, cycle + kRequantizerLatency);
  }
}

}  // namespace vernier::cycle
