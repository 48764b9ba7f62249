#include "hw_models/spec/hard_swish.h"

#include <algorithm>

#include "hw_models/spec/error.h"
#include "hw_models/spec/numerics.h"

namespace vernier {
namespace {

using Lane = std::int16_t;

Lane saturated(std::int32_t v) {
  return static_cast<Lane>(std::clamp<std::int32_t>(v, INT16_MIN, INT16_MAX));
}

Lane saturating_shift_left(Lane v, int n) {
  return n >= 16 ? saturated(v > 0   ? INT16_MAX
                             : v < 0 ? INT16_MIN
                                     : 0)
                 : saturated(static_cast<std::int32_t>(v) * (1 << n));
}

// a * b / 2^15, ties toward +inf.
Lane rounding_high_multiply(Lane a, Lane b) { return saturated((a * b + (1 << 14)) >> 15); }

// a * b / 2^15, toward zero.
Lane truncating_high_multiply(Lane a, Lane b) { return saturated(a * b / (1 << 15)); }

// v / 2^n, half away from zero. A lane holds no mask of 16 bits or more: from n = 16 on every bit
// counts as remainder and a remainder of -1 or less as no more than half.
Lane rounding_shift_right(Lane v, int n) {
  if (n <= 15) return static_cast<Lane>(rdbpot(v, n));
  const int threshold = -1 + (v < 0 ? 1 : 0);
  return static_cast<Lane>((v < 0 ? -1 : 0) + (v > threshold ? 1 : 0));
}

Multiplier16 multiplier16(double real) {
  const Multiplier m = quantize_multiplier(real);
  const std::int64_t rounded = (std::int64_t{m.mantissa} + (1 << 15)) >> 16;
  return {static_cast<Lane>(std::min<std::int64_t>(rounded, INT16_MAX)), m.shift};
}

}  // namespace

HardSwishParams hard_swish_params(float input_scale, float output_scale, bool in_double) {
  const float hires_scale = (1.0F / 128.0F) * input_scale;
  const float reluish_scale = 3.0F / 32768.0F;
  const auto ratio = [&](float to) {
    return in_double ? static_cast<double>(hires_scale) / static_cast<double>(to)
                     : static_cast<double>(hires_scale / to);
  };
  const HardSwishParams p{multiplier16(ratio(output_scale)), multiplier16(ratio(reluish_scale))};
  check(p.out.shift <= 0, "a HARD_SWISH whose input scale is below 128 output scales");
  return p;
}

int hard_swish(const HardSwishParams& p, int x) {
  const auto hires = static_cast<Lane>(x * 128);
  const Lane scaled = rounding_high_multiply(hires, p.out.mantissa);

  // x / 3 in Q0.15, saturated to [-1, 1): the last bit of a left shift comes behind the multiplier
  // so that only what ends outside saturates.
  Lane reluish = hires;
  if (p.reluish.shift > 0) reluish = saturating_shift_left(reluish, p.reluish.shift - 1);
  reluish = rounding_high_multiply(reluish, p.reluish.mantissa);
  if (p.reluish.shift > 0) reluish = saturating_shift_left(reluish, 1);
  if (p.reluish.shift < 0) reluish = rounding_shift_right(reluish, -p.reluish.shift);

  // relu6(x + 3) / 6 = (x / 3 + 1) / 2, clamped by the saturation.
  const auto factor = static_cast<Lane>((reluish + (1 << 15)) >> 1);
  return rounding_shift_right(truncating_high_multiply(factor, scaled), -p.out.shift);
}

}  // namespace vernier
