// The arithmetic against the directed vectors of numerics.md 6 and against exact rationals.
#include "hw_models/spec/numerics.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "hw_models/spec/error.h"
#include "tests/support/exact.h"

using namespace vernier;

namespace {

struct RequantizeRow {
  const char* id;
  std::int32_t x, mantissa, shift;
  std::int32_t twice, twice_up, once, half_away, in_float;  // D, U, S, A, E
};
const RequantizeRow kRequantize[] = {
    {"R1", 0, 1073741824, 0, 0, 0, 0, 0, 0},
    {"R2", 1, 1073741824, 0, 1, 1, 1, 1, 0},
    {"R3", -1, 1073741824, 0, 0, 0, 0, -1, 0},
    {"R4", -3, 1073741824, 0, -1, -1, -1, -2, -2},
    {"R5", 1, 1073741824, -1, 1, 1, 0, 0, 0},
    {"R6", 2, 1073741824, -1, 1, 1, 1, 1, 0},
    {"R7", -2, 1073741824, -1, -1, 0, 0, -1, 0},
    {"R8", -6, 1073741824, -1, -2, -1, -1, -2, -2},
    {"R9", 5, 1073741824, -1, 2, 2, 1, 1, 1},
    {"R10", 3, 1073741824, -2, 1, 1, 0, 0, 0},
    {"R11", -4, 1073741824, -2, -1, 0, 0, -1, 0},
    {"R12", 12, 1073741824, -2, 2, 2, 2, 2, 2},
    {"R13", 12345, 1073741824, 1, 12345, 12345, 12345, 12345, 12345},
    {"R14", 1073741823, 1073741824, 1, 1073741823, 1073741823, 1073741823, 1073741823, 1073741824},
    {"R15", -1073741824, 1073741824, 1, -1073741824, -1073741824, -1073741824, -1073741824,
     -1073741824},
    {"R16", 1000, 1288490189, 2, 2400, 2400, 2400, 2400, 2400},
    {"R17", -7, 1739207270, 12, -23221, -23221, -23221, -23221, -23221},
    {"R18", 2147483647, 2147483647, 0, 2147483646, 2147483646, 2147483646, 2147483646, 2147483647},
    {"R19", -2147483647 - 1, 2147483647, 0, -2147483647, -2147483647, -2147483647, -2147483647,
     -2147483647 - 1},
    {"R20", -2147483647 - 1, 1073741824, -31, -1, 0, 0, -1, 0},
    {"R21", 2147483647, 1073741824, -31, 1, 1, 0, 0, 0},
    {"R22", -2147483647 - 1, 2147483647, -31, -1, -1, -1, -1, -1},
    {"R23", 1073741952, 1146556416, -31, 0, 0, 0, 0, 0},
    {"R24", 100, 0, 0, 0, 0, 0, 0, 0},
    {"R25", -1, 1372856576, -1, -1, 0, 0, 0, 0},
    {"R26", -3, 1185020362, -2, -1, 0, 0, 0, 0},
    {"R27", -6, 1280476748, -3, -1, 0, 0, 0, 0},
    {"R28", -35, 1457390676, -4, -2, -1, -1, -1, -1},
    {"R29", -22, 1552512742, -5, -1, 0, 0, 0, 0},
    {"R30", -50, 1359514674, -6, -1, 0, 0, 0, 0},
    {"R31", -71, 1442659874, -5, -2, -1, -1, -1, -1},
    {"R32", 160934, 1284421717, -12, 24, 24, 23, 23, 23},
    {"R33", 698192, 2116528314, -16, 11, 11, 10, 10, 10},
    {"R34", -59380, 1592418367, -11, -22, -21, -21, -21, -21},
    {"R35", 112172, 1242405376, -8, 254, 254, 253, 253, 254},
    {"R36", 585, 1527099593, -6, 7, 7, 7, 7, 7},
};

struct ShiftRow {
  const char* id;
  std::int32_t x, n;
  std::int32_t truncate, floor, half_up, half_away, half_even, tfl_pot;
};
const ShiftRow kShift[] = {
    {"S1", 1, 1, 0, 0, 1, 1, 0, 1},
    {"S2", -1, 1, 0, -1, 0, -1, 0, 0},
    {"S3", 3, 1, 1, 1, 2, 2, 2, 2},
    {"S4", -3, 1, -1, -2, -1, -2, -2, -1},
    {"S5", 1, 2, 0, 0, 0, 0, 0, 1},
    {"S6", 2, 2, 0, 0, 1, 1, 0, 1},
    {"S7", -2, 2, 0, -1, 0, -1, 0, -1},
    {"S8", 5, 2, 1, 1, 1, 1, 1, 2},
    {"S9", -5, 2, -1, -2, -1, -1, -1, -1},
    {"S10", -6, 2, -1, -2, -1, -2, -2, -2},
    {"S11", 7, 4, 0, 0, 0, 0, 0, 1},
    {"S12", 8, 4, 0, 0, 1, 1, 0, 1},
    {"S13", -8, 4, 0, -1, 0, -1, 0, -1},
    {"S14", 23, 4, 1, 1, 1, 1, 1, 2},
    {"S15", 24, 4, 1, 1, 2, 2, 2, 2},
    {"S16", -24, 4, -1, -2, -1, -2, -2, -2},
    {"S17", -25, 4, -1, -2, -2, -2, -2, -2},
    {"S18", 127, 8, 0, 0, 0, 0, 0, 1},
    {"S19", 128, 8, 0, 0, 1, 1, 0, 1},
    {"S20", -128, 8, 0, -1, 0, -1, 0, -1},
    {"S21", 384, 8, 1, 1, 2, 2, 2, 2},
    {"S22", -384, 8, -1, -2, -1, -2, -2, -2},
    {"S23", 16842753, 17, 128, 128, 129, 129, 129, 129},
    {"S24", 16842751, 17, 128, 128, 128, 128, 128, 129},
    {"S25", 3, -2, 12, 12, 12, 12, 12, 12},
    {"S26", -3, -2, -12, -12, -12, -12, -12, -12},
};

constexpr Rounding kOneStep[] = {Rounding::kSingle, Rounding::kHalfAway, Rounding::kHalfEven,
                                 Rounding::kFloor, Rounding::kTruncate};
constexpr Rounding kAll[] = {Rounding::kDouble,   Rounding::kDoubleUp, Rounding::kSingle,
                             Rounding::kHalfAway, Rounding::kHalfEven, Rounding::kFloor,
                             Rounding::kTruncate};

// A mantissa of [2^30, 2^31 - 1] and a shift for which x * 2^shift stays in 32 bits.
struct Case {
  std::int32_t x;
  Multiplier m;
};
template <class Random>
Case random_case(Random& random) {
  Case c;
  c.m.mantissa = static_cast<std::int32_t>((1U << 30) + (random() & 0x3fffffffU));
  c.m.shift = static_cast<int>(random() % 62) - 31;
  const int headroom = c.m.shift > 0 ? c.m.shift : 0;
  // Magnitudes of every size, not only the largest.
  const int width = static_cast<int>(random() % 32U);
  c.x = static_cast<std::int32_t>(random()) >> width >> headroom;
  return c;
}

}  // namespace

TEST_CASE("the requantizer gives the directed vectors R1 to R36 in every profile") {
  for (const RequantizeRow& r : kRequantize) {
    const Multiplier m{r.mantissa, r.shift};
    INFO(r.id << ": x " << r.x << ", m " << r.mantissa << ", s " << r.shift);
    CHECK(multiply_by_quantized_multiplier(r.x, m) == r.twice);
    CHECK(multiply_by_quantized_multiplier(r.x, m, Rounding::kDouble) == r.twice);
    CHECK(multiply_by_quantized_multiplier(r.x, m, Rounding::kDoubleUp) == r.twice_up);
    CHECK(multiply_by_quantized_multiplier(r.x, m, Rounding::kSingle) == r.once);
    CHECK(multiply_by_quantized_multiplier(r.x, m, Rounding::kHalfAway) == r.half_away);
    CHECK(multiply_by_quantized_multiplier(r.x, m, Rounding::kFloat64) == r.half_away);
    CHECK(multiply_by_quantized_multiplier(r.x, m, Rounding::kFloat32) == r.in_float);
    const double scale = std::ldexp(static_cast<double>(r.mantissa), r.shift - 31);
    CHECK(scale_in_double(r.x, scale) == r.half_away);
    CHECK(scale_in_float(r.x, static_cast<float>(scale)) == r.in_float);
  }
}

TEST_CASE("the barrel shifter gives the directed vectors S1 to S26 in every mode") {
  for (const ShiftRow& r : kShift) {
    INFO(r.id << ": x " << r.x << ", n " << r.n);
    CHECK(shift_round(r.x, r.n, Rounding::kTruncate) == r.truncate);
    CHECK(shift_round(r.x, r.n, Rounding::kFloor) == r.floor);
    CHECK(shift_round(r.x, r.n, Rounding::kSingle) == r.half_up);
    CHECK(shift_round(r.x, r.n, Rounding::kHalfAway) == r.half_away);
    CHECK(shift_round(r.x, r.n, Rounding::kHalfEven) == r.half_even);
    CHECK(shift_round(r.x, r.n) == r.tfl_pot);
  }
}

TEST_CASE("a power-of-two multiplier and the barrel shifter agree in every mode") {
  std::mt19937 random(11);
  for (int i = 0; i < 200000; ++i) {
    const int n = 1 + static_cast<int>(random() % 31U);
    const auto x = static_cast<std::int32_t>(random()) >> (random() % 32U);
    for (const Rounding mode : kAll) {
      const auto shifted = shift_round(x, n, mode);
      REQUIRE(multiply_by_quantized_multiplier(x, {1 << 30, 1 - n}, mode) == shifted);
    }
  }
}

TEST_CASE("the saturating rounding doubling high product rounds ties up and saturates once") {
  constexpr std::int32_t k30 = 1 << 30;
  CHECK(srdhm(k30, 1) == 1);
  CHECK(srdhm(-k30, 1) == 0);
  CHECK(srdhm(-k30 - 1, 1) == -1);
  CHECK(srdhm(INT32_MIN, INT32_MIN) == INT32_MAX);
  CHECK(srdhm(INT32_MIN, INT32_MAX) == -INT32_MAX);
}

TEST_CASE("the rounding division by a power of two rounds halves away from zero") {
  CHECK(rdbpot(-1, 1) == -1);
  CHECK(rdbpot(-3, 1) == -2);
  CHECK(rdbpot(3, 1) == 2);
  CHECK(rdbpot(5, 2) == 1);
  CHECK(rdbpot(6, 2) == 2);
  CHECK(rdbpot(-6, 2) == -2);
  CHECK(rdbpot(INT32_MIN, 31) == -1);
  CHECK(rdbpot(INT32_MAX, 31) == 1);
  CHECK(rdbpot(-12345, 0) == -12345);
}

TEST_CASE("a real multiplier becomes the mantissa and shift of the table in numerics.md 2.1") {
  constexpr std::int32_t k30 = 1 << 30;
  const double tiny = std::ldexp(1.0, -32);
  CHECK(quantize_multiplier(0.0) == Multiplier{0, 0});
  CHECK(quantize_multiplier(1.0) == Multiplier{k30, 1});
  CHECK(quantize_multiplier(0.5) == Multiplier{k30, 0});
  CHECK(quantize_multiplier(0.25) == Multiplier{k30, -1});
  CHECK(quantize_multiplier(2.0) == Multiplier{k30, 2});
  CHECK(quantize_multiplier(tiny) == Multiplier{k30, -31});
  CHECK(quantize_multiplier(std::ldexp(1.0, -33)) == Multiplier{0, 0});
  CHECK(quantize_multiplier(std::nextafter(tiny, 0.0)) == Multiplier{k30, -31});
  CHECK(quantize_multiplier(0.75) == Multiplier{1610612736, 0});
  CHECK(quantize_multiplier(3317.274609375) == Multiplier{1739207270, 12});
  // The mantissa rounds up to 2^31 and is renormalized.
  CHECK(quantize_multiplier(1.0 - std::ldexp(1.0, -34)) == Multiplier{k30, 1});
  CHECK_THROWS_AS(quantize_multiplier(-1.0), Error);
  CHECK_THROWS_AS(quantize_multiplier(std::nan("")), Error);
}

TEST_CASE("a quantized multiplier is the nearest with a mantissa of 31 bits") {
  std::mt19937_64 random(5);
  for (int i = 0; i < 100000; ++i) {
    const double real = std::ldexp(0.5 + 0.5 * std::generate_canonical<double, 53>(random),
                                   static_cast<int>(random() % 60U) - 30);
    const Multiplier m = quantize_multiplier(real);
    REQUIRE(m.mantissa >= 1 << 30);
    const double back = std::ldexp(static_cast<double>(m.mantissa), m.shift - 31);
    REQUIRE(std::abs(back - real) <= std::ldexp(0.5, m.shift - 31));
  }
}

TEST_CASE("the requantizer equals exact rational arithmetic on random operands in every mode") {
  std::mt19937 random(2);
  for (int i = 0; i < 300000; ++i) {
    const Case c = random_case(random);
    INFO("x " << c.x << ", m " << c.m.mantissa << ", s " << c.m.shift);
    for (const Rounding mode : kOneStep) {
      REQUIRE(multiply_by_quantized_multiplier(c.x, c.m, mode) ==
              exact::multiply(c.x, c.m.mantissa, c.m.shift, mode));
    }
    REQUIRE(multiply_by_quantized_multiplier(c.x, c.m) ==
            exact::multiply_in_two_steps(c.x, c.m.mantissa, c.m.shift, Rounding::kHalfAway));
    REQUIRE(multiply_by_quantized_multiplier(c.x, c.m, Rounding::kDoubleUp) ==
            exact::multiply_in_two_steps(c.x, c.m.mantissa, c.m.shift, Rounding::kSingle));
  }
}

TEST_CASE("constructed ties and their neighbours equal exact rational arithmetic in every mode") {
  int ties = 0;
  for (int shift = -30; shift <= 1; ++shift) {
    for (std::int64_t odd = -9; odd <= 9; odd += 2) {
      for (std::int64_t nudge = -2; nudge <= 2; ++nudge) {
        // x * 2^30 * 2^(shift - 31) = x * 2^(shift - 1): a half when x is odd * 2^-shift.
        const std::int64_t wide = odd * (std::int64_t{1} << (shift < 0 ? -shift : 0)) + nudge;
        if (wide < INT32_MIN || wide > INT32_MAX) continue;
        const auto x = static_cast<std::int32_t>(wide);
        ties += nudge == 0 && shift <= 0 ? 1 : 0;
        INFO("x " << x << ", s " << shift);
        for (const Rounding mode : kOneStep) {
          REQUIRE(multiply_by_quantized_multiplier(x, {1 << 30, shift}, mode) ==
                  exact::multiply(x, 1 << 30, shift, mode));
        }
        REQUIRE(multiply_by_quantized_multiplier(x, {1 << 30, shift}) ==
                exact::multiply_in_two_steps(x, 1 << 30, shift, Rounding::kHalfAway));
        REQUIRE(multiply_by_quantized_multiplier(x, {1 << 30, shift}, Rounding::kDoubleUp) ==
                exact::multiply_in_two_steps(x, 1 << 30, shift, Rounding::kSingle));
      }
    }
  }
  CHECK(ties > 250);
}

TEST_CASE("two-step and one-step rounding differ where numerics.md says, not elsewhere") {
  // For a shift >= 0 nothing is left for the second step.
  std::mt19937 random(3);
  int differ = 0;
  constexpr int kCases = 200000;
  for (int i = 0; i < kCases; ++i) {
    const auto m = static_cast<std::int32_t>((1U << 30) + (random() & 0x3fffffffU));
    const auto x = static_cast<std::int32_t>(random()) >> 10;
    REQUIRE(multiply_by_quantized_multiplier(x, {m, 3}) ==
            multiply_by_quantized_multiplier(x, {m, 3}, Rounding::kSingle));
    differ += multiply_by_quantized_multiplier(x, {m, -1}) !=
                      multiply_by_quantized_multiplier(x, {m, -1}, Rounding::kSingle)
                  ? 1
                  : 0;
  }
  // About a quarter at s = -1 (numerics.md 2.2).
  CHECK(std::abs(differ - kCases / 4) < kCases / 100);
}

TEST_CASE("a sum wraps to the accumulator's width as two's complement") {
  CHECK(wrap_to(32767, 16) == 32767);
  CHECK(wrap_to(32768, 16) == -32768);
  CHECK(wrap_to(-32769, 16) == 32767);
  CHECK(wrap_to(std::int64_t{1} << 31, 32) == INT32_MIN);
  CHECK(wrap_to(65536 + 5, 16) == 5);
}

TEST_CASE("a shift or multiplier outside the shifter is an internal error") {
  CHECK_THROWS_AS(multiply_by_quantized_multiplier(1, {1 << 30, 31}), Error);
  CHECK_THROWS_AS(multiply_by_quantized_multiplier(1, {1 << 30, -32}), Error);
  CHECK_THROWS_AS(multiply_by_quantized_multiplier(1, {-1, 0}), Error);
  CHECK_THROWS_AS(shift_round(1, 32), Error);
}

TEST_CASE("softmax parameters of the networks are those of numerics.md 6") {
  const auto same = [](SoftmaxParams p, std::int32_t mantissa, int left_shift, int diff_min) {
    CHECK(p.mantissa == mantissa);
    CHECK(p.left_shift == left_shift);
    CHECK(p.diff_min == diff_min);
  };
  // The mantissa of a float32 scale is exact: m * 2^(L - 31) = scale * 2^26.
  same(softmax_params(1.0F, std::ldexp(1476210432.0F, 24 - 31 - 26)), 1476210432, 24, -124);
  same(softmax_params(1.0F, std::ldexp(2011586560.0F, 20 - 31 - 26)), 2011586560, 20, -1984);
  same(softmax_params(1.0F, std::ldexp(1378760960.0F, 24 - 31 - 26)), 1378760960, 24, -124);
  CHECK_THROWS_AS(softmax_params(1.0F, 1e-9F), Error);
}

TEST_CASE("the fixed-point exponential is near exp over its whole domain") {
  CHECK(exp_on_negative_values(0, 5) == INT32_MAX);
  std::mt19937 random(8);
  for (int i = 0; i < 100000; ++i) {
    const std::int32_t a =
        -1 - static_cast<std::int32_t>(random() % (1U << 31 >> (random() % 12U)));
    const double real = std::exp(std::ldexp(static_cast<double>(a), -26));
    REQUIRE(std::abs(std::ldexp(exp_on_negative_values(a, 5), -31) - real) < 1e-5 * real + 1e-8);
  }
}

TEST_CASE("the fixed-point reciprocal is near 1 / (1 + x) over its whole domain") {
  for (std::int64_t a = 0; a <= INT32_MAX; a += 65521) {
    const double real = 1.0 / (1.0 + std::ldexp(static_cast<double>(a), -31));
    const double got = std::ldexp(one_over_one_plus_x(static_cast<std::int32_t>(a)), -31);
    REQUIRE(std::abs(got - real) < 1e-8);
  }
}

TEST_CASE("leading zeros are counted, 32 for none set") {
  CHECK(count_leading_zeros(0) == 32);
  CHECK(count_leading_zeros(1) == 31);
  CHECK(count_leading_zeros(0x80000000U) == 0);
}
