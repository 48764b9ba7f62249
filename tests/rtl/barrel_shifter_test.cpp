// vernier_barrel_shifter against exact rational arithmetic and the vectors of numerics.md 6.
#include <algorithm>
#include <random>

#include "tests/rtl/lane_checker.h"
#include "tests/support/exact.h"

using namespace vernier;

namespace {

// x * 2^-n. Double and DoubleUp are what two roundings make of the multiplier (2^30, 1 - n).
std::int64_t scaled(std::int32_t x, int n, Rounding mode) {
  if (n <= 0) return static_cast<std::int32_t>(std::int64_t{x} * (std::int64_t{1} << -n));
  if (mode == Rounding::kDouble) {
    return exact::multiply_in_two_steps(x, std::int64_t{1} << 30, 1 - n, Rounding::kHalfAway);
  }
  if (mode == Rounding::kDoubleUp) {
    return exact::multiply_in_two_steps(x, std::int64_t{1} << 30, 1 - n, Rounding::kSingle);
  }
  return exact::rounded({x, n}, mode);
}

LaneCase exact_case(std::int32_t x, int n, Rounding mode, int zero_point = 0, int lo = INT32_MIN,
                    int hi = INT32_MAX) {
  LaneCase c;
  c.acc = x;
  c.shift = n;
  c.want =
      static_cast<std::int32_t>(std::clamp<std::int64_t>(scaled(x, n, mode) + zero_point, lo, hi));
  return c;
}

const HwConfig kDefault = units_config(16, 16, 32, 16);

struct Directed {
  std::int32_t x;
  int n;
  std::int32_t truncate, floor, up, away, even, tflite;
};
// numerics.md 6, S1 to S26.
const Directed kDirected[] = {
    {1, 1, 0, 0, 1, 1, 0, 1},
    {-1, 1, 0, -1, 0, -1, 0, 0},
    {3, 1, 1, 1, 2, 2, 2, 2},
    {-3, 1, -1, -2, -1, -2, -2, -1},
    {1, 2, 0, 0, 0, 0, 0, 1},
    {2, 2, 0, 0, 1, 1, 0, 1},
    {-2, 2, 0, -1, 0, -1, 0, -1},
    {5, 2, 1, 1, 1, 1, 1, 2},
    {-5, 2, -1, -2, -1, -1, -1, -1},
    {-6, 2, -1, -2, -1, -2, -2, -2},
    {7, 4, 0, 0, 0, 0, 0, 1},
    {8, 4, 0, 0, 1, 1, 0, 1},
    {-8, 4, 0, -1, 0, -1, 0, -1},
    {23, 4, 1, 1, 1, 1, 1, 2},
    {24, 4, 1, 1, 2, 2, 2, 2},
    {-24, 4, -1, -2, -1, -2, -2, -2},
    {-25, 4, -1, -2, -2, -2, -2, -2},
    {127, 8, 0, 0, 0, 0, 0, 1},
    {128, 8, 0, 0, 1, 1, 0, 1},
    {-128, 8, 0, -1, 0, -1, 0, -1},
    {384, 8, 1, 1, 2, 2, 2, 2},
    {-384, 8, -1, -2, -1, -2, -2, -2},
    {16842753, 17, 128, 128, 129, 129, 129, 129},
    {16842751, 17, 128, 128, 128, 128, 128, 129},
    {3, -2, 12, 12, 12, 12, 12, 12},
    {-3, -2, -12, -12, -12, -12, -12, -12},
};

}  // namespace

TEST_CASE("The barrel shifter gives the directed vectors of every rounding") {
  Dut dut(kDefault);
  LaneChecker lanes(dut, true);
  for (const auto& v : kDirected) {
    const auto add = [&](Rounding mode, std::int32_t want) {
      lanes.mode(mode);
      lanes.add({v.x, 0, 0, v.n, want});
    };
    add(Rounding::kTruncate, v.truncate);
    add(Rounding::kFloor, v.floor);
    add(Rounding::kSingle, v.up);
    add(Rounding::kDoubleUp, static_cast<std::int32_t>(scaled(v.x, v.n, Rounding::kDoubleUp)));
    add(Rounding::kHalfAway, v.away);
    add(Rounding::kHalfEven, v.even);
    add(Rounding::kDouble, v.tflite);
  }
  lanes.finish();
  CHECK(lanes.checked() == 7 * 26);
}

TEST_CASE("The barrel shifter is exact for every 11-bit operand at every count and rounding") {
  Dut dut(kDefault);
  LaneChecker lanes(dut, true);
  for (const Rounding mode : kAllRoundings) {
    lanes.mode(mode);
    for (int n = -31; n <= 31; ++n) {
      for (int x = -1024; x <= 1023; ++x) lanes.add(exact_case(x, n, mode));
    }
  }
  lanes.finish();
}

TEST_CASE("The barrel shifter is exact around ties and at the ends of its range") {
  Dut dut(kDefault);
  LaneChecker lanes(dut, true);
  for (const Rounding mode : kAllRoundings) {
    lanes.mode(mode);
    for (int n = 1; n <= 31; ++n) {
      const std::int64_t half = std::int64_t{1} << (n - 1);
      for (int k = -40; k <= 40; ++k) {
        for (int near = -2; near <= 2; ++near) {
          const std::int64_t x = (2 * k + 1) * half + near;
          if (x < INT32_MIN || x > INT32_MAX) continue;
          lanes.add(exact_case(static_cast<std::int32_t>(x), n, mode));
        }
      }
      for (const std::int32_t x : {INT32_MIN, INT32_MIN + 1, INT32_MAX - 1, INT32_MAX}) {
        lanes.add(exact_case(x, n, mode));
        lanes.add(exact_case(x, -n, mode));
      }
    }
  }
  lanes.finish();
}

TEST_CASE("The barrel shifter clamps a zero point that leads out of 32 bits") {
  Dut dut(kDefault);
  LaneChecker lanes(dut, true);
  for (const int zero_point : {-32768, -1, 1, 32767}) {
    lanes.mode(Rounding::kFloor, zero_point);
    for (const std::int32_t x : {INT32_MIN, INT32_MIN + 1, INT32_MAX - 1, INT32_MAX}) {
      lanes.add(exact_case(x, 0, Rounding::kFloor, zero_point));
    }
  }
  lanes.finish();
}

TEST_CASE("The barrel shifter is exact for random operands, zero points and clamps") {
  Dut dut(kDefault);
  LaneChecker lanes(dut, true);
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    const Rounding mode = kAllRoundings[random() % 7];
    const int zero_point = static_cast<int>(random() % 65536) - 32768;
    auto lo = static_cast<std::int32_t>(random()), hi = static_cast<std::int32_t>(random());
    if (i % 2 == 0) lo = -128, hi = 127;
    if (lo > hi) std::swap(lo, hi);
    lanes.mode(mode, zero_point, lo, hi);
    for (int l = 0; l < 16; ++l) {
      const auto x = static_cast<std::int32_t>(random()) >> (random() % 31);
      const int n = static_cast<int>(random() % 63) - 31;
      lanes.add(exact_case(x, n, mode, zero_point, lo, hi));
    }
    if (random() % 4 == 0) lanes.idle();
  }
  lanes.finish();
}
