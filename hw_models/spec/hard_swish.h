// HARD_SWISH of 8-bit codes on 16-bit lanes, numerics.md 2.4 and 2.5.
#pragma once

#include <cstdint>

namespace vernier {

// A real multiplier as 16-bit mantissa and exponent: value = mantissa * 2^(shift - 15).
struct Multiplier16 {
  std::int16_t mantissa = 0;
  int shift = 0;
};

struct HardSwishParams {
  Multiplier16 out;      // si / 128 / so
  Multiplier16 reluish;  // si / 128 / (3 / 32768)
};
// Both divisions are in double for TFLM, `in_double`, and in float for LiteRT's reference. Throws
// Error(Internal) when out is above 1: HARD_SWISH only shifts right.
HardSwishParams hard_swish_params(float input_scale, float output_scale, bool in_double);

// HARD_SWISH of x = q - zx, |x| <= 255, on the output scale, its zero point not yet added.
int hard_swish(const HardSwishParams& p, int x);

}  // namespace vernier
