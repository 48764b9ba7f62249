// The Verilated units behind the seam that the engines drive: agreement, and what a disagreement
// tells.
#include "hw_models/cycle/lanes.h"
#include "tests/rtl/unit_dut.h"

using namespace vernier;

namespace {

const HwConfig kSmall = units_config(4, 4, 32, 4);

// A tile of weights r * 10 + c + 1, active after the call.
void load_tile(Units& units) {
  for (int r = 0; r < 4; ++r) {
    const std::int16_t row[4] = {
        static_cast<std::int16_t>(r * 10 + 1), static_cast<std::int16_t>(r * 10 + 2),
        static_cast<std::int16_t>(r * 10 + 3), static_cast<std::int16_t>(r * 10 + 4)};
    ArrayCycle c;
    c.load = true;
    c.load_row = r;
    c.weights = row;
    c.swap = r == 3;
    REQUIRE(units.array_cycle(c));
  }
}

// One vector of value x in every lane; `wrong` is added to the model's value of column 2.
bool feed(Units& units, std::int16_t x, std::int32_t wrong = 0) {
  const std::int16_t ifmap[4] = {x, x, x, x};
  const std::int32_t before[4] = {5, 6, 7, 8};
  std::int32_t after[4];
  for (int c = 0; c < 4; ++c) after[c] = before[c] + x * (60 + 4 * (c + 1));
  after[2] += wrong;
  const std::uint8_t overflow[4] = {};
  ArrayCycle c;
  c.valid = true;
  c.ifmap = ifmap;
  c.acc_in = before;
  c.acc_out = after;
  c.overflow = overflow;
  return units.array_cycle(c);
}

// The same operands in four lanes, and what the model makes of them.
struct Lanes {
  std::int32_t acc[4], bias[4], multiplier[4], out[4];
  std::int8_t shift[4];
};

bool requantize(Units& units, Lanes v, Rounding mode, int zero_point, int lo, int hi,
                std::int32_t wrong = 0) {
  for (int l = 0; l < 4; ++l) {
    v.out[l] = cycle::requantize_lane(v.acc[l], v.bias[l], v.multiplier[l], v.shift[l], mode,
                                      zero_point, lo, hi);
  }
  v.out[1] += wrong;
  return units.requantize(
      {4, v.acc, v.bias, v.multiplier, v.shift, static_cast<int>(mode), zero_point, lo, hi, v.out});
}

bool shift(Units& units, Lanes v, Rounding mode, int zero_point, int lo, int hi) {
  for (int l = 0; l < 4; ++l) {
    v.out[l] = cycle::shift_lane(v.acc[l], v.shift[l], mode, zero_point, lo, hi);
  }
  return units.shift({4, v.acc, v.shift, static_cast<int>(mode), zero_point, lo, hi, v.out});
}

const std::int32_t kMantissa = 1372856576;
const Lanes kLanes = {{1000, -2000, 77, 123456},
                      {11, 12, -13, 14},
                      {kMantissa, kMantissa, kMantissa, kMantissa},
                      {},
                      {-4, -5, -2, -12}};
const Lanes kShifts = {{1, 1000, -3000, 70000}, {}, {}, {}, {2, 5, 6, 10}};

}  // namespace

TEST_CASE("Units that agree count every vector and every clock") {
  const auto units = open_units(kSmall, test_units());
  units->begin();
  load_tile(*units);
  for (std::int16_t x = -256; x < 256; ++x) REQUIRE(feed(*units, x));
  REQUIRE(units->finish());
  CHECK(units->compared() == 512);
  CHECK(units->cycles() == 4 + 512 + 2);
  units->begin();
  for (int i = 0; i < 10; ++i) {
    REQUIRE(requantize(*units, kLanes, Rounding::kDouble, 3, -128, 127));
    REQUIRE(shift(*units, kShifts, Rounding::kDouble, 3, -128, 127));
  }
  REQUIRE(units->finish());
  CHECK(units->compared() == 512 + 20);
  CHECK(units->cycles() == 4 + 512 + 2 + 2 * (10 + 4));
}

TEST_CASE("A vector with fewer lanes than the unit has is compared in these lanes") {
  const auto units = open_units(kSmall, test_units());
  units->begin();
  const std::int32_t acc = 1000, bias = 0, m = kMantissa, out = 40, wrong = 41;
  const std::int8_t s = -4;
  const int mode = static_cast<int>(Rounding::kDouble);
  REQUIRE(units->requantize({1, &acc, &bias, &m, &s, mode, 0, -128, 127, &out}));
  REQUIRE(units->finish());
  REQUIRE(units->requantize({1, &acc, &bias, &m, &s, mode, 0, -128, 127, &wrong}));
  CHECK_FALSE(units->finish());
  CHECK(units->mismatch().lane == 0);
}

TEST_CASE("A wrong sum of the model is reported with vector, column, cycle and both values") {
  const auto units = open_units(kSmall, test_units());
  units->begin();
  load_tile(*units);
  for (std::int16_t x = 1; x <= 5; ++x) feed(*units, x, x == 3 ? 1 : 0);
  CHECK_FALSE(units->finish());
  const UnitMismatch& m = units->mismatch();
  CHECK(m.unit == "vernier_mac_array");
  CHECK(m.stage == "accumulate");
  CHECK(m.row == -1);  // every product is right
  CHECK(m.lane == 2);
  CHECK(m.vector == 2);
  CHECK(m.cycle == 4 + 2 + 2);  // four loads, the third vector, the latency
  CHECK(m.got == 7 + 3 * 72);
  CHECK(m.want == m.got + 1);

  units->begin();  // the next instruction starts clean
  REQUIRE(feed(*units, 9));
  CHECK(units->finish());
}

TEST_CASE("A wrong code of the model is told from a fault of the requantizer") {
  const auto units = open_units(kSmall, test_units());
  units->begin();
  requantize(*units, kLanes, Rounding::kDouble, 3, -128, 127);
  requantize(*units, kLanes, Rounding::kDouble, 3, -128, 127, -3);
  CHECK_FALSE(units->finish());
  const UnitMismatch& m = units->mismatch();
  CHECK(m.unit == "vernier_requantizer");
  CHECK(m.stage == "zero point (of the cycle model)");
  CHECK(m.lane == 1);
  CHECK(m.vector == 1);
  CHECK(m.cycle == 1 + 4);
  CHECK(m.want == m.got - 3);
}

TEST_CASE("Operands that the RTL forbids stop the comparison with the assertion's sentence") {
  const auto units = open_units(kSmall, test_units());
  const auto stage = [&] { return units->mismatch().stage; };

  SECTION("a weight row beyond the tile") {
    const std::int16_t row[4] = {};
    ArrayCycle c;
    c.load = true;
    c.load_row = 4;
    c.weights = row;
    units->begin();
    CHECK_FALSE(units->array_cycle(c));
    CHECK_THAT(stage(), Catch::Contains("assertion: ") &&
                            Catch::Contains("beyond the last row of the tile"));
    CHECK(units->mismatch().unit == "vernier_mac_array");
  }
  SECTION("a shift of the requantizer") {
    Lanes v = kLanes;
    v.shift[3] = 31;
    units->begin();
    units->requantize({4, v.acc, v.bias, v.multiplier, v.shift, 0, 0, 0, 0, v.out});
    CHECK_FALSE(units->finish());
    CHECK_THAT(stage(), Catch::Contains("a shift is not in -31..30"));
  }
  SECTION("a negative multiplier") {
    Lanes v = kLanes;
    v.multiplier[0] = -5;
    units->begin();
    units->requantize({4, v.acc, v.bias, v.multiplier, v.shift, 0, 0, 0, 0, v.out});
    CHECK_FALSE(units->finish());
    CHECK_THAT(stage(), Catch::Contains("a multiplier is over 31 bits"));
  }
  SECTION("a rounding mode") {
    Lanes v = kLanes;
    units->begin();
    CHECK_FALSE(units->requantize({4, v.acc, v.bias, v.multiplier, v.shift, 7, 0, 0, 0, v.out}));
    CHECK_THAT(stage(), Catch::Contains("the rounding mode is unknown"));
  }
  SECTION("a clamp upside down, in the barrel shifter") {
    Lanes v = kShifts;
    units->begin();
    CHECK_FALSE(units->shift({4, v.acc, v.shift, 0, 0, 5, 4, v.out}));
    CHECK_THAT(stage(), Catch::Contains("low end is over its high end"));
  }
  SECTION("a count of the barrel shifter") {
    Lanes v = kShifts;
    v.shift[0] = -32;
    units->begin();
    units->shift({4, v.acc, v.shift, 0, 0, 0, 0, v.out});
    CHECK_FALSE(units->finish());
    CHECK_THAT(stage(), Catch::Contains("a shift count is not in -31..31"));
    CHECK(units->mismatch().unit == "vernier_barrel_shifter");
  }
}

namespace {

// One build holds a fault in each unit.
std::unique_ptr<Units> wrong_arithmetic() {
  return open_units(
      kSmall,
      test_units(
          {mutant("vernier_mac_array", "sign", "g_row[r-1].sum[c] + ifmap_q * weight_q[c]",
                  "g_row[r-1].sum[c] + "
                  "((r == 2 && c == 1) ? -ifmap_q : ifmap_q) * weight_q[c]"),
           mutant("vernier_requantizer", "constant", "first = 64'sd1 <<< 30",
                  "first = 64'sd1 <<< 29"),
           mutant("vernier_barrel_shifter", "constant", "(x < 0) ? half - 33'sd1 : half + 33'sd1",
                  "(x < 0) ? half - 33'sd1 : half - 33'sd1")}));
}
std::unique_ptr<Units> wrong_elsewhere() {
  return open_units(
      kSmall,
      test_units({mutant("vernier_mac_array", "early", "valid_o <= valid_q", "valid_o <= valid_i"),
                  mutant("vernier_requantizer", "bias", "(acc_i[l] + bias_i[l])",
                         "(acc_i[l] - bias_i[l])"),
                  mutant("vernier_barrel_shifter", "zero", "33'(y3_q[l]) + 33'(zero_point3_q)",
                         "33'(y3_q[l])")}));
}

}  // namespace

TEST_CASE("A PE with the wrong sign is named by row and column") {
  const auto units = wrong_arithmetic();
  units->begin();
  load_tile(*units);
  REQUIRE(feed(*units, 0));  // a zero operand does not show it
  feed(*units, 7);
  CHECK_FALSE(units->finish());
  CHECK(units->mismatch().unit == "vernier_mac_array");
  CHECK(units->mismatch().stage == "accumulate");
  CHECK(units->mismatch().row == 2);
  CHECK(units->mismatch().lane == 1);
  CHECK(units->mismatch().vector == 1);
  CHECK(units->mismatch().want - units->mismatch().got == 2 * 7 * 22);
}

TEST_CASE("A PE that takes its neighbour's depthwise operand is named by row and column") {
  const auto units = open_units(
      kSmall,
      test_units({mutant("vernier_mac_array", "window", "window_q[c] <= 32'(window_i[r][c])",
                         "window_q[c] <= (r == 3 && c == 1) ? 32'(window_i[r][0]) : "
                         "32'(window_i[r][c])")}));
  units->begin();
  load_tile(*units);
  std::int16_t window[16] = {};
  const std::int32_t before[4] = {5, 6, 7, 8};
  std::int32_t after[4] = {5, 6, 7, 8};
  const std::uint8_t overflow[4] = {};
  ArrayCycle c;
  c.valid = c.depthwise = true;
  c.window = window;
  c.acc_in = before;
  c.acc_out = after;
  c.overflow = overflow;
  for (int pe : {2 * 4 + 1, 3 * 4 + 3}) {  // not the PE at fault, nor its neighbour
    window[pe] = 7;
    after[pe % 4] += 7 * (pe / 4 * 10 + pe % 4 + 1);
  }
  REQUIRE(units->array_cycle(c));
  window[3 * 4 + 1] = -9;
  after[1] += -9 * 32;
  REQUIRE(units->array_cycle(c));
  CHECK_FALSE(units->finish());
  CHECK(units->mismatch().stage == "accumulate");
  CHECK(units->mismatch().row == 3);
  CHECK(units->mismatch().lane == 1);
  CHECK(units->mismatch().vector == 1);
  CHECK(units->mismatch().want - units->mismatch().got == -9 * 32);
}

TEST_CASE("A wrong rounding constant of the requantizer is named by lane and stage") {
  const auto units = wrong_arithmetic();
  units->begin();
  Lanes v = kLanes;
  for (int l = 0; l < 4; ++l) v.acc[l] = v.bias[l] = v.multiplier[l] = 0;
  v.acc[2] = 1;
  v.multiplier[2] = 1 << 30;
  v.shift[2] = 0;  // one half: becomes 1
  requantize(*units, v, Rounding::kDouble, -7, -128, 127);
  CHECK_FALSE(units->finish());
  CHECK(units->mismatch().unit == "vernier_requantizer");
  CHECK(units->mismatch().stage == "round");
  CHECK(units->mismatch().lane == 2);
  CHECK(units->mismatch().want == -6);
  CHECK(units->mismatch().got == -7);
}

TEST_CASE("A wrong rounding constant of the barrel shifter is named by lane and stage") {
  const auto units = wrong_arithmetic();
  units->begin();
  shift(*units, kShifts, Rounding::kDouble, 0, -128, 127);
  CHECK_FALSE(units->finish());
  CHECK(units->mismatch().unit == "vernier_barrel_shifter");
  CHECK(units->mismatch().stage == "round");
  CHECK(units->mismatch().lane == 0);  // 1 * 2^-2 is 1 in this rounding
  CHECK(units->mismatch().want == 1);
  CHECK(units->mismatch().got == 0);
}

TEST_CASE("A result in the wrong cycle is a mismatch even if its value is right") {
  const auto units = wrong_elsewhere();
  units->begin();
  load_tile(*units);
  feed(*units, 1);
  CHECK_FALSE(units->finish());
  CHECK(units->mismatch().stage == "valid");
  CHECK(units->mismatch().cycle == 4 + 1);
  CHECK(units->mismatch().want == 0);
  CHECK(units->mismatch().got == 1);
}

TEST_CASE("A wrong bias and a missing zero point are named by their stages") {
  const auto units = wrong_elsewhere();
  units->begin();
  requantize(*units, kLanes, Rounding::kDouble, 3, -128, 127);
  CHECK_FALSE(units->finish());
  CHECK(units->mismatch().unit == "vernier_requantizer");
  CHECK(units->mismatch().stage == "bias");
  units->begin();
  shift(*units, kShifts, Rounding::kHalfEven, 9, -128, 127);
  CHECK_FALSE(units->finish());
  CHECK(units->mismatch().unit == "vernier_barrel_shifter");
  CHECK(units->mismatch().stage == "zero point");
}
