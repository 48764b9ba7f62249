#include "hw_models/cycle/reciprocal.h"

#include <algorithm>

namespace vernier::cycle {
namespace {

// Product of two Q.31 words, rounded half up: one pass through the multiplier.
std::int32_t product(std::int64_t a, std::int64_t b) {
  return static_cast<std::int32_t>((a * b + (std::int64_t{1} << 30)) >> 31);
}

// v * 2^n with saturation at 32 bits.
std::int32_t saturating_shift(std::int64_t v, int n) {
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(v * (std::int64_t{1} << n), INT32_MIN, INT32_MAX));
}

}  // namespace

Reciprocal reciprocal_of(std::uint32_t sum) {
  int zeros = 0;
  for (std::uint32_t s = sum; (s >> 31) == 0 && zeros < 31; s <<= 1) ++zeros;
  // 1 + f = sum normalised to [1, 2); f in Q0.31.
  const std::int64_t f = (sum << zeros) & 0x7fffffffu;
  // (1 + f) / 2 in Q0.31, half away from zero; f is not negative.
  const std::int64_t d = (f + INT32_MAX + 1) >> 1;
  constexpr std::int64_t k48Over17 = 1515870810, k32Over17 = 1010580540;  // Q2.29
  std::int64_t x = k48Over17 + product(d, -k32Over17);
  for (int step = 0; step < 3; ++step) {
    const std::int64_t error = (std::int64_t{1} << 29) - product(d, x);
    x += saturating_shift(product(x, error), 2);
  }
  return {saturating_shift(x, 1), -(35 - zeros)};
}

}  // namespace vernier::cycle
