// vernier_requantizer against exact rational arithmetic and the vectors of numerics.md 6.
#include <algorithm>
#include <random>

#include "tests/rtl/lane_checker.h"
#include "tests/support/exact.h"

using namespace vernier;

namespace {

std::int32_t wrap32(std::int64_t v) { return static_cast<std::int32_t>(v); }

// Bias and left shift wrap at 32 bits; from there on everything is exact.
std::int64_t rescaled(const LaneCase& c, Rounding mode) {
  const std::int32_t sum = wrap32(std::int64_t{c.acc} + c.bias);
  const std::int32_t x = wrap32(std::int64_t{sum} * (std::int64_t{1} << std::max(c.shift, 0)));
  const int shift = std::min(c.shift, 0);
  switch (mode) {
    case Rounding::kDouble:
      return exact::multiply_in_two_steps(x, c.multiplier, shift, Rounding::kHalfAway);
    case Rounding::kDoubleUp:
      return exact::multiply_in_two_steps(x, c.multiplier, shift, Rounding::kSingle);
    default:
      return exact::multiply(x, c.multiplier, shift, mode);
  }
}

LaneCase exact_case(std::int32_t acc, std::int32_t bias, std::int32_t m, int shift, Rounding mode,
                    int zero_point = 0, int lo = INT32_MIN, int hi = INT32_MAX) {
  LaneCase c{acc, bias, m, shift, 0};
  c.want =
      static_cast<std::int32_t>(std::clamp<std::int64_t>(rescaled(c, mode) + zero_point, lo, hi));
  return c;
}

const HwConfig kDefault = units_config(16, 16, 32, 16);

struct Directed {
  std::int32_t x, m;
  int s;
  std::int32_t d, u, single, away;
};
constexpr std::int32_t kHalf = 1073741824;
// numerics.md 6, R1 to R36.
const Directed kDirected[] = {
    {0, kHalf, 0, 0, 0, 0, 0},
    {1, kHalf, 0, 1, 1, 1, 1},
    {-1, kHalf, 0, 0, 0, 0, -1},
    {-3, kHalf, 0, -1, -1, -1, -2},
    {1, kHalf, -1, 1, 1, 0, 0},
    {2, kHalf, -1, 1, 1, 1, 1},
    {-2, kHalf, -1, -1, 0, 0, -1},
    {-6, kHalf, -1, -2, -1, -1, -2},
    {5, kHalf, -1, 2, 2, 1, 1},
    {3, kHalf, -2, 1, 1, 0, 0},
    {-4, kHalf, -2, -1, 0, 0, -1},
    {12, kHalf, -2, 2, 2, 2, 2},
    {12345, kHalf, 1, 12345, 12345, 12345, 12345},
    {1073741823, kHalf, 1, 1073741823, 1073741823, 1073741823, 1073741823},
    {-1073741824, kHalf, 1, -1073741824, -1073741824, -1073741824, -1073741824},
    {1000, 1288490189, 2, 2400, 2400, 2400, 2400},
    {-7, 1739207270, 12, -23221, -23221, -23221, -23221},
    {2147483647, 2147483647, 0, 2147483646, 2147483646, 2147483646, 2147483646},
    {INT32_MIN, 2147483647, 0, -2147483647, -2147483647, -2147483647, -2147483647},
    {INT32_MIN, kHalf, -31, -1, 0, 0, -1},
    {2147483647, kHalf, -31, 1, 1, 0, 0},
    {INT32_MIN, 2147483647, -31, -1, -1, -1, -1},
    {1073741952, 1146556416, -31, 0, 0, 0, 0},
    {100, 0, 0, 0, 0, 0, 0},
    {-1, 1372856576, -1, -1, 0, 0, 0},
    {-3, 1185020362, -2, -1, 0, 0, 0},
    {-6, 1280476748, -3, -1, 0, 0, 0},
    {-35, 1457390676, -4, -2, -1, -1, -1},
    {-22, 1552512742, -5, -1, 0, 0, 0},
    {-50, 1359514674, -6, -1, 0, 0, 0},
    {-71, 1442659874, -5, -2, -1, -1, -1},
    {160934, 1284421717, -12, 24, 24, 23, 23},
    {698192, 2116528314, -16, 11, 11, 10, 10},
    {-59380, 1592418367, -11, -22, -21, -21, -21},
    {112172, 1242405376, -8, 254, 254, 253, 253},
    {585, 1527099593, -6, 7, 7, 7, 7},
};

// Around each value whose product with m lies half way between two results.
template <class Add>
void add_ties(std::int32_t m, int shift, Add&& add) {
  if (m == 0) return;
  const int left = std::max(shift, 0);
  const __int128 unit = __int128{1} << (31 + std::max(-shift, 0));
  for (int k = -9; k <= 9; ++k) {
    for (const __int128 tie : {(2 * k + 1) * unit / 2, (2 * k + 1) * unit / 4}) {
      const __int128 x = tie / m / (__int128{1} << left);
      for (int near = -2; near <= 2; ++near) {
        if (x + near >= INT32_MIN && x + near <= INT32_MAX) {
          add(static_cast<std::int32_t>(x + near));
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("The requantizer gives the directed vectors of every rounding") {
  Dut dut(kDefault);
  LaneChecker lanes(dut, false);
  for (const auto& v : kDirected) {
    lanes.mode(Rounding::kDouble);
    lanes.add({v.x, 0, v.m, v.s, v.d});
    lanes.mode(Rounding::kDoubleUp);
    lanes.add({v.x, 0, v.m, v.s, v.u});
    lanes.mode(Rounding::kSingle);
    lanes.add({v.x, 0, v.m, v.s, v.single});
    lanes.mode(Rounding::kHalfAway);
    lanes.add({v.x, 0, v.m, v.s, v.away});
  }
  lanes.finish();
  CHECK(lanes.checked() == 4 * 36);
}

TEST_CASE("The requantizer is exact for every 16-bit operand at chosen scales") {
  Dut dut(kDefault);
  LaneChecker lanes(dut, false);
  const std::pair<std::int32_t, int> scales[] = {{kHalf, 0},      {kHalf, -3},     {1372856576, -1},
                                                 {INT32_MAX, -7}, {701219150, -4}, {1288490189, 2}};
  for (const Rounding mode : kAllRoundings) {
    lanes.mode(mode);
    for (const auto& [m, s] : scales) {
      for (int x = -32768; x <= 32767; ++x) lanes.add(exact_case(x, 0, m, s, mode));
    }
  }
  lanes.finish();
}

TEST_CASE("The requantizer is exact around ties at every shift in every rounding") {
  Dut dut(kDefault);
  LaneChecker lanes(dut, false);
  for (const Rounding mode : kAllRoundings) {
    lanes.mode(mode);
    for (int s = -31; s <= 30; ++s) {
      for (const std::int32_t m :
           {0, 1, 3, kHalf - 1, kHalf, kHalf + 1, 1610612736, 2147418112, INT32_MAX}) {
        const auto add = [&](std::int32_t x) { lanes.add(exact_case(x, 0, m, s, mode)); };
        add_ties(m, s, add);
        for (int x = -12; x <= 12; ++x) add(x);
        for (const std::int32_t x : {INT32_MIN, INT32_MIN + 1, -kHalf, kHalf, INT32_MAX}) add(x);
      }
    }
  }
  lanes.finish();
}

TEST_CASE("The requantizer is exact for random operands, zero points and clamps") {
  Dut dut(kDefault);
  LaneChecker lanes(dut, false);
  std::mt19937 random(20261121);
  const auto word = [&] { return static_cast<std::int32_t>(random()) >> (random() % 31); };
  for (int i = 0; i < 20000; ++i) {
    const Rounding mode = kAllRoundings[random() % 7];
    const int zero_point = static_cast<int>(random() % 65536) - 32768;
    std::int32_t lo = word(), hi = word();
    if (i % 2 == 0) lo = -128, hi = 127;
    if (lo > hi) std::swap(lo, hi);
    lanes.mode(mode, zero_point, lo, hi);
    for (int l = 0; l < 16; ++l) {
      const auto m = static_cast<std::int32_t>(random() & 0x7fffffffU);
      const int s = static_cast<int>(random() % 62) - 31;
      lanes.add(exact_case(word(), word(), m, s, mode, zero_point, lo, hi));
    }
    if (random() % 4 == 0) lanes.idle();
  }
  lanes.finish();
}

TEST_CASE("The requantizer clamps a zero point that leads out of 32 bits") {
  Dut dut(kDefault);
  LaneChecker lanes(dut, false);
  for (const int zero_point : {-32768, -1, 1, 32767}) {
    lanes.mode(Rounding::kSingle, zero_point);
    for (const std::int32_t x : {INT32_MIN, -INT32_MAX, INT32_MAX - 1, INT32_MAX}) {
      lanes.add(exact_case(x, 0, INT32_MAX, 0, Rounding::kSingle, zero_point));
    }
  }
  lanes.finish();
}

TEST_CASE("One requantizer lane works as sixteen do") {
  Dut dut(units_config(4, 4, 16, 1));
  LaneChecker lanes(dut, false);
  std::mt19937 random(3);
  for (int i = 0; i < 5000; ++i) {
    const Rounding mode = kAllRoundings[random() % 7];
    lanes.mode(mode, -128, -128, 127);
    const auto acc = static_cast<std::int32_t>(random()) >> 12;
    const auto m = static_cast<std::int32_t>(kHalf + (random() & 0x3fffffffU));
    lanes.add(exact_case(acc, 77, m, -static_cast<int>(random() % 12), mode, -128, -128, 127));
  }
  lanes.finish();
}
