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
        const std::int64_t operand = in.depthwise != 0 ? in.window[r * g_.cols + c] : in.ifmap[r];
        sum += operand * active_[static_cast<std::size_t>(r * g_.cols + c)];
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
// swap among them, depthwise vectors between the others; operands at the ends of their range more
// often than not.
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
  std::vector<std::int16_t> ifmap(64), weights(64), window(64 * 64);
  std::vector<std::int32_t> acc(64);
  for (int t = 0; t < cycles; ++t) {
    for (auto& x : ifmap) x = operand();
    for (auto& w : weights) w = operand();
    for (auto& x : window) x = operand();
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
    in.depthwise = random() % 2 != 0 ? 1 : 0;
    in.load = random() % 2 != 0 ? 1 : 0;
    in.swap = random() % 8 == 0 ? 1 : 0;
    in.load_row = static_cast<int>(random() % static_cast<unsigned>(config.array_rows));
    in.ifmap = ifmap.data();
    in.window = window.data();
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

namespace {

// A tile whose every weight is w, active from the next vector on.
void fill(ArrayBench* bench, std::int16_t w) {
  const std::vector<std::int16_t> weights(static_cast<std::size_t>(bench->cols()), w);
  for (int r = 0; r < bench->rows(); ++r) {
    VernierArrayIn in{};
    in.load = 1;
    in.load_row = r;
    in.weights = weights.data();
    in.swap = r + 1 == bench->rows() ? 1 : 0;
    bench->step(in);
  }
}

}  // namespace

TEST_CASE("In depthwise mode each PE multiplies its own operand, the ones at the corners too") {
  for (const auto& [rows, cols] : {std::pair{4, 4}, {16, 16}, {32, 8}}) {
    ArrayBench bench(units_config(rows, cols,
                                  rows == 32  ? 24
                                  : rows == 4 ? 16
                                              : 32,
                                  cols == 4 ? 1 : cols));
    fill(&bench, -256);
    const std::vector<std::int32_t> acc(64);
    std::vector<std::int16_t> window(static_cast<std::size_t>(rows * cols));
    for (std::size_t pe = 0; pe < window.size(); ++pe) {
      for (const int x : {-256, -1, 1, 255}) {
        window.assign(window.size(), 0);
        window[pe] = static_cast<std::int16_t>(x);
        VernierArrayIn in{};
        in.valid = in.depthwise = 1;
        in.clear = pe % 2 == 0 ? 1 : 0;
        in.window = window.data();
        in.acc = acc.data();
        bench.step(in);
      }
    }
    bench.drain();
    CHECK(bench.vectors() == 4 * rows * cols);
  }
}

TEST_CASE("A depthwise vector that fits the accumulator by one, exactly and not is told apart") {
  const HwConfig config = units_config(4, 4, 16, 1);
  for (const int sign : {1, -1}) {
    // One tap of 1 x 1 on top of most - 1, most and, for the next, one more.
    for (const int over : {-1, 0, 1}) {
      ArrayBench bench(config);
      fill(&bench, static_cast<std::int16_t>(sign));
      std::vector<std::int16_t> window(16);
      window[5] = 1;  // row 1, column 1
      const std::int32_t most = sign > 0 ? 32767 : -32768;
      std::vector<std::int32_t> acc(4, most - sign + over * sign);
      if (over > 0) acc[1] = most;
      VernierArrayIn in{};
      in.valid = in.depthwise = 1;
      in.window = window.data();
      in.acc = acc.data();
      bench.step(in);
      bench.drain();
      CHECK(bench.overflows() == (over > 0 ? 1 : 0));
    }
  }
}

TEST_CASE("Depthwise and shared operands may alternate from one cycle to the next") {
  ArrayBench bench(units_config(4, 4, 16, 1));
  fill(&bench, 3);
  const std::vector<std::int32_t> acc(4, 7);
  std::vector<std::int16_t> ifmap(4), window(16);
  for (int t = 0; t < 64; ++t) {
    for (std::size_t n = 0; n < 16; ++n)
      window[n] = static_cast<std::int16_t>(t + static_cast<int>(n));
    for (std::size_t n = 0; n < 4; ++n) ifmap[n] = static_cast<std::int16_t>(-t * 3);
    VernierArrayIn in{};
    in.valid = t % 7 != 3 ? 1 : 0;
    in.depthwise = (t >> (t % 3)) % 2 != 0 ? 1 : 0;
    in.ifmap = ifmap.data();
    in.window = window.data();
    in.acc = acc.data();
    bench.step(in);
  }
  bench.drain();
}
