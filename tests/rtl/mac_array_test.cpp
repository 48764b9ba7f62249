// vernier_mac_array against plain sums of products in 64 bits.
#include <algorithm>
#include <array>
#include <random>

#include "tests/rtl/unit_dut.h"

using namespace vernier;

namespace {

// The array as its ports describe it, cycle by cycle.
class ArrayOracle {
 public:
  explicit ArrayOracle(const VernierUnitsGeometry& g)
      : g_(g), shadow_(static_cast<std::size_t>(g.rows * g.cols)), active_(shadow_) {}

  // What must come out in this cycle; the operands enter.
  VernierArrayOut step(const VernierArrayIn& in) {
    const VernierArrayOut due = pipeline_[1];
    pipeline_[1] = pipeline_[0];
    pipeline_[0] = in.valid != 0 ? sums(in) : VernierArrayOut{};
    if (in.load != 0) {
      std::copy(in.weights, in.weights + g_.cols, shadow_.begin() + in.load_row * g_.cols);
    }
    if (in.swap != 0) active_ = shadow_;
    return due;
  }

 private:
  VernierArrayOut sums(const VernierArrayIn& in) const {
    VernierArrayOut out{};
    out.valid = 1;
    const std::int64_t span = std::int64_t{1} << g_.acc_bits;
    for (int c = 0; c < g_.cols; ++c) {
      std::int64_t sum = in.clear != 0 ? 0 : in.acc[c];
      for (int r = 0; r < g_.rows; ++r) {
        sum += std::int64_t{in.ifmap[r]} * active_[static_cast<std::size_t>(r * g_.cols + c)];
      }
      std::int64_t wrapped = ((sum % span) + span) % span;
      if (wrapped >= span / 2) wrapped -= span;
      out.acc[c] = static_cast<std::int32_t>(wrapped);
      out.overflow[c] = wrapped != sum ? 1 : 0;
    }
    return out;
  }

  VernierUnitsGeometry g_;
  std::vector<std::int16_t> shadow_, active_;
  std::array<VernierArrayOut, 2> pipeline_{};
};

class ArrayBench {
 public:
  explicit ArrayBench(const HwConfig& config) : dut_(config), oracle_(dut_.geometry()) {}

  void step(const VernierArrayIn& in) {
    const VernierArrayOut want = oracle_.step(in);
    const VernierArrayOut got = dut_.step(in);
    REQUIRE(got.valid == want.valid);
    if (want.valid == 0) return;
    ++vectors_;
    for (int c = 0; c < dut_.geometry().cols; ++c) {
      if (want.overflow[c] != 0) ++overflows_;
      if (got.acc[c] == want.acc[c] && got.overflow[c] == want.overflow[c]) continue;
      FAIL("column " << c << " vector " << vectors_ << ": want " << want.acc[c] << " overflow "
                     << int{want.overflow[c]} << ", got " << got.acc[c] << " overflow "
                     << int{got.overflow[c]});
    }
  }
  void drain() {
    step({});
    step({});
  }
  int rows() const { return dut_.geometry().rows; }
  int cols() const { return dut_.geometry().cols; }
  int vectors() const { return vectors_; }
  int overflows() const { return overflows_; }

 private:
  Dut dut_;
  ArrayOracle oracle_;
  int vectors_ = 0, overflows_ = 0;
};

// Random traffic: vectors with gaps, weight rows in any order, swaps at any time, a load with a
// swap among them; operands at the ends of their range more often than not.
void random_traffic(const HwConfig& config, int cycles, unsigned seed) {
  ArrayBench bench(config);
  std::mt19937 random(seed);
  const auto operand = [&] {
    const unsigned kind = random() % 8;
    const int wide = static_cast<int>(random() % 512) - 256;
    return static_cast<std::int16_t>(kind == 0 ? -256 : kind == 1 ? 255 : kind == 2 ? 0 : wide);
  };
  const std::int32_t most =
      static_cast<std::int32_t>((std::int64_t{1} << (config.mac_acc_bits - 1)) - 1);
  std::vector<std::int16_t> ifmap(64), weights(64);
  std::vector<std::int32_t> acc(64);
  for (int t = 0; t < cycles; ++t) {
    for (auto& x : ifmap) x = operand();
    for (auto& w : weights) w = operand();
    for (auto& a : acc) {
      const unsigned kind = random() % 4;
      const auto wide = static_cast<std::int32_t>(random()) >> (32 - config.mac_acc_bits);
      a = kind == 0   ? most - static_cast<std::int32_t>(random() % 4096)
          : kind == 1 ? -most - 1 + static_cast<std::int32_t>(random() % 4096)
                      : wide;
    }
    VernierArrayIn in{};
    in.valid = random() % 4 != 0 ? 1 : 0;
    in.clear = random() % 4 == 0 ? 1 : 0;
    in.load = random() % 2 != 0 ? 1 : 0;
    in.swap = random() % 8 == 0 ? 1 : 0;
    in.load_row = static_cast<int>(random() % static_cast<unsigned>(config.array_rows));
    in.ifmap = ifmap.data();
    in.acc = acc.data();
    in.weights = weights.data();
    bench.step(in);
  }
  bench.drain();
  CHECK(bench.vectors() > cycles / 2);
  CHECK(bench.overflows() > 0);
}

}  // namespace

TEST_CASE("A 4x4 array with 16-bit accumulators computes and wraps exactly") {
  random_traffic(units_config(4, 4, 16, 1), 40000, 1);
}

TEST_CASE("A 16x16 array with 32-bit accumulators computes and wraps exactly") {
  random_traffic(units_config(16, 16, 32, 16), 20000, 2);
}

TEST_CASE("A 32x8 array with 24-bit accumulators computes and wraps exactly") {
  random_traffic(units_config(32, 8, 24, 8), 20000, 3);
}

TEST_CASE("Every pair of 9-bit operands is multiplied exactly, and every PE has its turn") {
  ArrayBench bench(units_config(16, 16, 32, 16));
  const std::vector<std::int32_t> acc(16);
  std::vector<std::int16_t> weights(16), ifmap(16);
  for (int half = 0; half < 2; ++half) {
    for (int r = 0; r < 16; ++r) {  // 256 of the 512 weights, one per PE
      for (int c = 0; c < 16; ++c) {
        weights[static_cast<std::size_t>(c)] =
            static_cast<std::int16_t>(half * 256 + r * 16 + c - 256);
      }
      VernierArrayIn in{};
      in.load = 1;
      in.load_row = r;
      in.weights = weights.data();
      in.swap = r == 15 ? 1 : 0;
      bench.step(in);
    }
    for (std::size_t r = 0; r < 16; ++r) {
      for (int x = -256; x <= 255; ++x) {
        ifmap.assign(16, 0);
        ifmap[r] = static_cast<std::int16_t>(x);
        VernierArrayIn in{};
        in.valid = in.clear = 1;
        in.ifmap = ifmap.data();
        in.acc = acc.data();
        bench.step(in);
      }
    }
  }
  bench.drain();
  CHECK(bench.vectors() == 2 * 16 * 512);
}

TEST_CASE("A vector that enters with a swap meets the old tile and the next one the new") {
  Dut dut(units_config(4, 4, 16, 1));
  const std::vector<std::int16_t> ones(4, 1), twos(4, 2), ifmap = {1, 0, 0, 0};
  const std::vector<std::int32_t> acc(4);
  VernierArrayIn load{};
  load.load = load.swap = 1;
  load.weights = ones.data();
  dut.step(load);  // loaded and swapped in one cycle: row 0 is active with ones
  VernierArrayIn in{};
  in.valid = in.clear = 1;
  in.ifmap = ifmap.data();
  in.acc = acc.data();
  in.load = 1;
  in.weights = twos.data();
  dut.step(in);  // cycle 0: ones; twos enter the shadow tile
  in.load = 0;
  in.swap = 1;
  dut.step(in);  // cycle 1: still ones
  in.swap = 0;
  CHECK(dut.step(in).acc[3] == 1);  // cycle 2: twos enter the sums; cycle 0 comes out
  in.valid = 0;
  CHECK(dut.step(in).acc[3] == 1);
  CHECK(dut.step(in).acc[3] == 2);
  CHECK(dut.step(in).valid == 0);
}
