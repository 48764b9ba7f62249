// POST's lanes (one add, one shift) against the two-step closed forms of numerics.h.
#include "hw_models/cycle/lanes.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/support/exact.h"

using namespace vernier;
using cycle::requantize_lane;
using cycle::shift_lane;

namespace {

constexpr Rounding kAll[] = {Rounding::kDouble,   Rounding::kDoubleUp, Rounding::kSingle,
                             Rounding::kHalfAway, Rounding::kHalfEven, Rounding::kFloor,
                             Rounding::kTruncate};

std::int32_t lane(std::int32_t x, std::int32_t m, int s, Rounding mode) {
  return requantize_lane(x, 0, m, s, mode, 0, INT32_MIN, INT32_MAX);
}

// A value whose left shift by s stays in 32 bits, as numerics.h asks for.
std::int32_t fitting(std::uint64_t bits, int s) {
  const auto x = static_cast<std::int32_t>(bits);
  return s > 0 ? x >> (s + static_cast<int>(bits >> 60) % 2) : x >> (bits >> 59);
}

int mismatches(std::int32_t x, std::int32_t m, int s) {
  int wrong = 0;
  for (const Rounding mode : kAll) {
    if (lane(x, m, s, mode) != multiply_by_quantized_multiplier(x, {m, s}, mode)) {
      UNSCOPED_INFO("x " << x << " m " << m << " s " << s << " mode " << static_cast<int>(mode));
      ++wrong;
    }
  }
  return wrong;
}

}  // namespace

TEST_CASE("The requantizer equals every rounding mode's closed form on random operands") {
  std::mt19937_64 random(31);
  int wrong = 0;
  for (int n = 0; n < 400000 && wrong == 0; ++n) {
    const int s = static_cast<int>(random() % 62) - 31;
    const auto m = static_cast<std::int32_t>((1u << 30) | (random() & 0x3fffffff));
    wrong += mismatches(fitting(random(), s), m, s);
  }
  REQUIRE(wrong == 0);
}

TEST_CASE("The requantizer equals the closed forms on constructed ties and one beside them") {
  int wrong = 0;
  for (int s = -31; s <= 0; ++s) {
    for (const std::int32_t m : {1 << 30, (1 << 30) + (1 << 29), INT32_MAX}) {
      for (std::int64_t k = -40; k <= 40; ++k) {
        // m = 2^30 halves: x = (2k + 1) * 2^-s makes x * 2^(s-1) a tie.
        for (std::int64_t d = -2; d <= 2; ++d) {
          const std::int64_t x = (2 * k + 1) * (std::int64_t{1} << -s) + d;
          if (x < INT32_MIN || x > INT32_MAX) continue;
          wrong += mismatches(static_cast<std::int32_t>(x), m, s);
        }
      }
    }
  }
  REQUIRE(wrong == 0);
}

TEST_CASE("One-step modes of the requantizer equal exact rational rounding") {
  std::mt19937_64 random(77);
  for (int n = 0; n < 200000; ++n) {
    const int s = -static_cast<int>(random() % 32);
    const auto m = static_cast<std::int32_t>(random() & 0x7fffffff);
    const std::int32_t x = fitting(random(), s);
    for (const Rounding mode : {Rounding::kSingle, Rounding::kHalfAway, Rounding::kHalfEven,
                                Rounding::kFloor, Rounding::kTruncate}) {
      if (lane(x, m, s, mode) != exact::multiply(x, m, s, mode)) {
        FAIL("x " << x << " m " << m << " s " << s << " mode " << static_cast<int>(mode));
      }
    }
  }
}

TEST_CASE("A vector of lanes is its lanes one by one in every mode") {
  std::mt19937_64 random(3);
  constexpr std::size_t kLanes = 7;
  for (int n = 0; n < 20000; ++n) {
    std::int32_t acc[kLanes], bias[kLanes], m[kLanes], out[kLanes];
    std::int8_t s[kLanes];
    for (std::size_t k = 0; k < kLanes; ++k) {
      acc[k] = static_cast<std::int32_t>(random()) >> (random() % 20);
      bias[k] = static_cast<std::int32_t>(random()) >> (random() % 20);
      m[k] = static_cast<std::int32_t>(random() & 0x7fffffff);
      s[k] = static_cast<std::int8_t>(static_cast<int>(random() % 62) - 31);
    }
    for (const Rounding mode : kAll) {
      cycle::requantize_lanes({acc, bias, m, s}, kLanes, mode, -7, -128, 120, out);
      for (std::size_t k = 0; k < kLanes; ++k) {
        if (out[k] != requantize_lane(acc[k], bias[k], m[k], s[k], mode, -7, -128, 120)) {
          FAIL("lane " << k << " mode " << static_cast<int>(mode));
        }
      }
    }
  }
}

TEST_CASE("Bias, zero point and clamp stand where the pipeline has them") {
  CHECK(requantize_lane(10, 5, 1 << 30, 1, Rounding::kDouble, 3, -128, 127) == 18);
  CHECK(requantize_lane(1000, 0, 1 << 30, 1, Rounding::kDouble, 3, -128, 127) == 127);
  CHECK(requantize_lane(-1000, 0, 1 << 30, 1, Rounding::kDouble, 3, -5, 127) == -5);
  // The bias adder wraps at 32 bits.
  CHECK(requantize_lane(INT32_MAX, 1, 1 << 30, 1, Rounding::kDouble, 0, INT32_MIN, INT32_MAX) ==
        lane(INT32_MIN, 1 << 30, 1, Rounding::kDouble));
  CHECK(shift_lane(8, 2, Rounding::kDouble, 1, -128, 127) == 3);
  CHECK(shift_lane(8, -5, Rounding::kDouble, 0, -128, 127) == 127);
}

TEST_CASE("The barrel shifter equals the closed form for every count, ties and neighbours") {
  std::mt19937_64 random(5);
  int wrong = 0;
  const auto compare = [&](std::int32_t x, int n) {
    for (const Rounding mode : kAll) {
      const auto got = shift_lane(x, n, mode, 0, INT32_MIN, INT32_MAX);
      if (got != shift_round(x, n, mode)) {
        UNSCOPED_INFO("x " << x << " n " << n << " mode " << static_cast<int>(mode));
        ++wrong;
      }
    }
  };
  for (int n = -31; n <= 31 && wrong == 0; ++n) {
    for (int i = 0; i < 2000; ++i) compare(static_cast<std::int32_t>(random()), n);
    for (std::int64_t k = -20; k <= 20; ++k) {
      for (std::int64_t d = -2; d <= 2; ++d) {
        const std::int64_t x = n > 0 ? (2 * k + 1) * (std::int64_t{1} << (n - 1)) + d : k + d;
        if (x >= INT32_MIN && x <= INT32_MAX) compare(static_cast<std::int32_t>(x), n);
      }
    }
    compare(INT32_MIN, n);
    compare(INT32_MAX, n);
  }
  REQUIRE(wrong == 0);
}
