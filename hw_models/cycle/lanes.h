// The arithmetic of one POST lane as the hardware does it, numerics.md 5: one multiply, one 64-bit
// add of a mode constant, one arithmetic shift. Golden computes with the two-step forms of
// numerics.h instead; that both agree is tested, not assumed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "hw_models/spec/numerics.h"

namespace vernier::cycle {

// y = clamp(round((acc + bias) * 2^max(s,0) * m / 2^(31 + max(-s,0))) + zero_point, lo, hi), the
// sum and the left shift modulo 2^32. m 0..2^31-1, s -31..30.
std::int32_t requantize_lane(std::int32_t acc, std::int32_t bias, std::int32_t m, int s,
                             Rounding rounding, std::int32_t zero_point, std::int32_t lo,
                             std::int32_t hi);

// The same for n lanes that share all but these.
struct LaneOperands {
  const std::int32_t* acc;
  const std::int32_t* bias;
  const std::int32_t* multiplier;
  const std::int8_t* shift;
};
void requantize_lanes(const LaneOperands& v, std::size_t n, Rounding rounding,
                      std::int32_t zero_point, std::int32_t lo, std::int32_t hi, std::int32_t* out);

// y = clamp(round(x * 2^-n) + zero_point, lo, hi); n -31..31, a negative n shifts left modulo 2^32.
// kDouble and kDoubleUp are what requantize_lane gives for the multiplier (2^30, 1 - n); kDouble is
// TFL_POT of numerics.md 3.
std::int32_t shift_lane(std::int32_t x, int n, Rounding rounding, std::int32_t zero_point,
                        std::int32_t lo, std::int32_t hi);

}  // namespace vernier::cycle
