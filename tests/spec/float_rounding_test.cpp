// The floating-point requantizers A and E against integers: every rounding of IEEE arithmetic is
// done here by comparing remainders.
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "hw_models/spec/numerics.h"
#include "tests/support/exact.h"

using namespace vernier;

namespace {

// The number of `bits` significant bits nearest to |v| * 2^-exponent, ties to even, as a rational.
exact::Rational nearest(exact::Rational r, int bits) {
  const bool negative = r.numerator < 0;
  __int128 m = negative ? -r.numerator : r.numerator;
  int dropped = 0;
  for (__int128 top = m; top >= __int128{1} << bits; top >>= 1) ++dropped;
  if (dropped > 0) {
    const __int128 unit = __int128{1} << dropped;
    const __int128 rest = m % unit;
    m /= unit;
    if (2 * rest > unit || (2 * rest == unit && m % 2 != 0)) ++m;
    m *= unit;
  }
  return {negative ? -m : m, r.exponent};
}

// A number in [1, 2) * 2^exponent with a mantissa of `bits` bits.
struct Scale {
  std::int64_t mantissa;  // 2^(bits - 1) .. 2^bits - 1
  int shift;              // value = mantissa * 2^-shift
  double value() const { return std::ldexp(static_cast<double>(mantissa), -shift); }
};
template <class Random>
Scale random_scale(Random& random, int bits, int exponent) {
  const std::int64_t top = std::int64_t{1} << (bits - 1);
  return {top + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(top)),
          bits - 1 - exponent};
}

// Integer part of a product's steps: x rounded to `bits`, times the mantissa, rounded to `bits`,
// then to an integer.
std::int64_t in_steps(std::int32_t x, const Scale& s, int bits, Rounding last) {
  const exact::Rational operand = nearest({x, 0}, bits);
  return exact::rounded(nearest({operand.numerator * s.mantissa, s.shift}, bits), last);
}

std::int32_t random_operand(std::mt19937_64& random) {
  return static_cast<std::int32_t>(random()) >> (random() % 32U);
}

}  // namespace

TEST_CASE("scaling in float equals three roundings of integers, to 24, 24 bits and even") {
  std::mt19937_64 random(4);
  int ties = 0;
  for (int i = 0; i < 300000; ++i) {
    const std::int32_t x = random_operand(random);
    const Scale s = random_scale(random, 24, -1 - static_cast<int>(random() % 20U));
    INFO("x " << x << ", mantissa " << s.mantissa << ", shift " << s.shift);
    const std::int64_t want = in_steps(x, s, 24, Rounding::kHalfEven);
    REQUIRE(scale_in_float(x, static_cast<float>(s.value())) == want);
    const auto product = static_cast<float>(x) * static_cast<float>(s.value());
    ties += std::abs(product - std::trunc(product)) == 0.5F ? 1 : 0;
  }
  CHECK(ties > 1000);
}

TEST_CASE(
    "scaling in double equals one rounding of the product to 53 bits and one away from zero") {
  std::mt19937_64 random(6);
  for (int i = 0; i < 300000; ++i) {
    const std::int32_t x = random_operand(random);
    const Scale s = random_scale(random, 53, -1 - static_cast<int>(random() % 20U));
    INFO("x " << x << ", mantissa " << s.mantissa << ", shift " << s.shift);
    REQUIRE(scale_in_double(x, s.value()) == in_steps(x, s, 53, Rounding::kHalfAway));
  }
}

TEST_CASE("ties go away from zero in double, to even in float") {
  for (int k = -40; k <= 40; ++k) {
    const std::int32_t tie = 2 * k + 1;  // half of it lies between two integers
    const std::int32_t away = k >= 0 ? k + 1 : k;
    CHECK(scale_in_double(tie, 0.5) == away);
    CHECK(scale_in_float(tie, 0.5F) == (k % 2 == 0 ? k : k + 1));
    CHECK(scale_in_double(8 * tie + 1, 0.0625) == k + 1);
    CHECK(scale_in_double(8 * tie - 1, 0.0625) == k);
    CHECK(scale_in_float(8 * tie + 1, 0.0625F) == k + 1);
    CHECK(scale_in_float(8 * tie - 1, 0.0625F) == k);
  }
}

TEST_CASE("scaling in float gives the vectors that ONNX Runtime printed") {
  struct Row {
    std::int32_t x;
    float scale;
    int zero_point, code;
  };
  // numerics.md 6, F32 mode.
  const Row rows[] = {{2, 0.25F, 0, 0},
                      {6, 0.25F, 0, 2},
                      {10, 0.25F, 0, 2},
                      {-6, 0.25F, 0, -2},
                      {2, 0.25F, 1, 1},
                      {6, 0.25F, 1, 3},
                      {16842753, std::ldexp(1.0F, -17), -128, 0},
                      {16842754, std::ldexp(1.0F, -17), -128, 1},
                      {112172, 0x1.283668p-9F, -128, 126},
                      {585, 0x1.6c16c2p-7F, -126, -120}};
  for (const Row& r : rows) {
    INFO("x " << r.x << ", scale " << r.scale);
    CHECK(scale_in_float(r.x, r.scale) + r.zero_point == r.code);
  }
}

TEST_CASE("scaling that leaves 32 bits ends at their ends") {
  CHECK(scale_in_float(INT32_MAX, 1.0F) == INT32_MAX);
  CHECK(scale_in_float(INT32_MIN, 1.0F) == INT32_MIN);
  CHECK(scale_in_float(INT32_MIN, 3.0F) == INT32_MIN);
  CHECK(scale_in_double(INT32_MAX, 1.0) == INT32_MAX);
  CHECK(scale_in_double(INT32_MAX, 1.5) == INT32_MAX);
  CHECK(scale_in_double(INT32_MIN, 1.5) == INT32_MIN);
}
