// The comparator's self-test: faults planted in the event stream and in DRAM behind the machine.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "sim/compare.h"
#include "tests/e2e/fault_bench.h"

using namespace vernier;

namespace {

// Passes every write on, one bit of one byte of them changed.
class Corrupter : public cycle::Observer {
 public:
  Corrupter(Comparator* judge, const Program& program, std::int64_t byte, int bit)
      : judge_(judge), program_(program), byte_(byte), bit_(bit) {}

  void write(std::int64_t cycle, std::uint32_t pc, int bank, int offset, const std::uint8_t* bytes,
             int n) override {
    std::vector<std::uint8_t> copy(bytes, bytes + n);
    if (byte_ >= seen_ && byte_ < seen_ + n) {
      copy[static_cast<std::size_t>(byte_ - seen_)] ^= static_cast<std::uint8_t>(1 << bit_);
      at_cycle = cycle;
      at_pc = pc;
      at_layer = program_.layer_of[pc];
      element = element_at(program_.layers[static_cast<std::size_t>(at_layer)].place, bank,
                           offset + static_cast<int>(byte_ - seen_));
    }
    seen_ += n;
    judge_->write(cycle, pc, bank, offset, copy.data(), n);
  }

  std::int64_t seen() const { return seen_; }
  std::int64_t element = -1, at_cycle = -1;
  std::int64_t at_pc = -1;
  int at_layer = -1;

 private:
  // By going over all elements, as program.h says where they lie.
  std::int64_t element_at(const Placement& p, int bank, int offset) const {
    const int banks = program_.config.act_mem_banks;
    for (int y = 0; y < p.rows; ++y) {
      for (int x = 0; x < p.row_bytes; ++x) {
        if ((p.bank + y) % banks == bank &&
            p.base + (p.bank + y) / banks * p.row_pitch + x == offset) {
          return std::int64_t{y} * p.row_bytes + x;
        }
      }
    }
    return -1;
  }

  Comparator* judge_;
  const Program& program_;
  std::int64_t byte_, seen_ = 0;
  int bit_;
};

Corrupter run_corrupted(const Bench& bench, const cycle::DecodedProgram& decoded, std::int64_t byte,
                        int bit, Divergence* divergence) {
  Comparator comparator(bench.program, bench.graph, &bench.golden, 0);
  Corrupter corrupter(&comparator, bench.program, byte, bit);
  auto image = image_of(bench, bench.program);
  cycle::RunOptions options;
  options.observer = &corrupter;
  cycle::Core::instance().run(decoded, &image, options);
  comparator.finish(image);
  *divergence = comparator.divergence();
  return corrupter;
}

}  // namespace

TEST_CASE("a bit changed in the event stream is found at its exact element, 100 of 100 places") {
  const Bench bench;
  const auto decoded = cycle::decode_program(bench.program, "self-test");
  Divergence none;
  const auto written = run_corrupted(bench, decoded, -1, 0, &none).seen();
  REQUIRE(none.kind.empty());
  REQUIRE(written > 500);
  Random r(41);
  int found = 0;
  for (int n = 0; n < 100; ++n) {
    Divergence d;
    const int bit = r.between(0, 7);
    const auto planted =
        run_corrupted(bench, decoded, r.between(0, static_cast<int>(written) - 1), bit, &d);
    REQUIRE(planted.element >= 0);
    REQUIRE(d.kind == "value");
    REQUIRE(d.layer == planted.at_layer);
    REQUIRE(d.element == planted.element);
    REQUIRE(d.pc == planted.at_pc);
    REQUIRE(d.cycle == planted.at_cycle);
    REQUIRE(((d.want ^ d.got) & 0xff) == 1 << bit);
    REQUIRE(d.last_agreed_cycle <= d.cycle);
    ++found;
  }
  CHECK(found == 100);
}

TEST_CASE("a write that never comes, comes twice or goes elsewhere is reported") {
  const Bench bench;
  const auto decoded = cycle::decode_program(bench.program, "self-test");
  // kind 0 drops, 1 repeats, 2 moves far away; of the eighth write
  class Meddler : public cycle::Observer {
   public:
    Meddler(Comparator* judge, int kind) : judge_(judge), kind_(kind) {}
    void write(std::int64_t cycle, std::uint32_t pc, int bank, int offset,
               const std::uint8_t* bytes, int n) override {
      const bool mine = count_++ == 7;
      if (mine && kind_ == 0) return;
      judge_->write(cycle, pc, bank, offset + (mine && kind_ == 2 ? 1 << 20 : 0), bytes, n);
      if (mine && kind_ == 1) judge_->write(cycle, pc, bank, offset, bytes, n);
    }

   private:
    Comparator* judge_;
    int kind_, count_ = 0;
  };
  const char* const kinds[] = {"missing", "place", "place"};
  for (int kind = 0; kind < 3; ++kind) {
    Comparator comparator(bench.program, bench.graph, &bench.golden, 0);
    Meddler meddler(&comparator, kind);
    auto image = image_of(bench, bench.program);
    cycle::RunOptions options;
    options.observer = &meddler;
    cycle::Core::instance().run(decoded, &image, options);
    comparator.finish(image);
    CHECK(comparator.divergence().kind == kinds[kind]);
    CHECK(comparator.divergence().layer == 0);
  }
}

TEST_CASE("an output that STORE leaves wrong in DRAM is reported with its element") {
  const Bench bench;
  auto image = image_of(bench, bench.program);
  Comparator comparator(bench.program, bench.graph, &bench.golden, 0);
  cycle::RunOptions options;
  options.observer = &comparator;
  cycle::Core::instance().run(cycle::decode_program(bench.program, "store"), &image, options);
  image[bench.program.outputs[0].addr + 3] ^= 1;
  comparator.finish(image);
  CHECK(comparator.divergence().kind == "output");
  CHECK(comparator.divergence().element == 3);
  CHECK(bench.program.layers[static_cast<std::size_t>(comparator.divergence().layer)].tensor ==
        bench.program.outputs[0].tensor);
}

TEST_CASE("a unit's column names its element, a column that the layer leaves unused names none") {
  const Bench bench;
  const auto decoded = cycle::decode_program(bench.program, "columns");
  // The first layer has 6 channels on 4 columns: its second group of tiles uses two of them.
  std::size_t pc = 0;
  const insn::PostDrain* drain = nullptr;
  for (std::size_t i = 0; drain == nullptr; ++i) {
    REQUIRE(i < decoded.insns.size());
    if (std::holds_alternative<insn::MacTile>(decoded.insns[i])) pc = i;
    const auto* d = std::get_if<insn::PostDrain>(&decoded.insns[i]);
    if (d != nullptr && d->channel == 4) drain = d;
  }
  REQUIRE(drain->cols == 2);
  cycle::UnitsDivergence u;
  u.pc = static_cast<std::uint32_t>(pc);
  u.mismatch.vector = 0;
  u.mismatch.lane = 1;
  CHECK(unit_divergence(bench.program, decoded, u, 0).element % 6 == 5);
  u.mismatch.lane = 2;
  CHECK(unit_divergence(bench.program, decoded, u, 0).element == -1);
}

TEST_CASE(
    "a lane's wrong result is reported at the element, in the cycle, in which it is written") {
  // Agrees up to requantizer vector `vector` of the instruction that begins as number `at`.
  class Failing : public Units {
   public:
    Failing(int at, int vector) : at_(at), vector_(vector) {}
    void begin() override {
      ++begun_;
      count_ = 0;
    }
    bool array_cycle(const ArrayCycle&) override { return true; }
    bool shift(const ShiftVector&) override { return true; }
    bool requantize(const RequantizeVector&) override {
      if (begun_ != at_ || count_++ != vector_) return true;
      mismatch_.unit = "vernier_requantizer";
      mismatch_.vector = vector_;
      mismatch_.lane = 0;
      return false;
    }
    bool finish() override { return true; }
    const UnitMismatch& mismatch() const override { return mismatch_; }
    std::int64_t compared() const override { return 0; }
    std::int64_t cycles() const override { return 0; }
    int begun() const { return begun_; }

   private:
    int at_, vector_, begun_ = 0, count_ = 0;
    UnitMismatch mismatch_;
  };
  class FirstWrites : public cycle::Observer {
   public:
    void write(std::int64_t cycle, std::uint32_t pc, int bank, int offset, const std::uint8_t*,
               int) override {
      first.emplace(pc, cycle);
      place.emplace(pc, std::make_pair(bank, offset));
    }
    std::map<std::uint32_t, std::int64_t> first;
    std::map<std::uint32_t, std::pair<int, int>> place;
  };
  const Bench bench;
  const auto decoded = cycle::decode_program(bench.program, "cycles");
  FirstWrites clean;
  Failing none(-1, 0);
  auto image = image_of(bench, bench.program);
  cycle::RunOptions options;
  options.observer = &clean;
  options.units = &none;
  cycle::Core::instance().run(decoded, &image, options);
  std::set<std::size_t> kinds;
  for (int at = 1; at <= none.begun(); ++at) {
    for (const int vector : {0, 1}) {  // an ADD's first result is its second vector
      Failing units(at, vector);
      auto again = image_of(bench, bench.program);
      cycle::RunOptions failing;
      failing.units = &units;
      const auto run = cycle::Core::instance().run(decoded, &again, failing);
      if (!run.diverged) continue;
      const auto& insn = decoded.insns[run.divergence.pc];
      if (vector != (std::holds_alternative<insn::PostAdd>(insn) ? 1 : 0)) continue;
      INFO(disassemble(insn));
      const auto pc = run.divergence.pc;
      CHECK(run.divergence.cycle == clean.first.at(pc));
      const auto d = unit_divergence(bench.program, decoded, run.divergence, 0);
      const auto& p = bench.program.layers[static_cast<std::size_t>(d.layer)].place;
      REQUIRE(d.element >= 0);
      const auto y = d.element / p.row_bytes;
      CHECK(clean.place.at(pc).first == (p.bank + y) % bench.program.config.act_mem_banks);
      CHECK(clean.place.at(pc).second ==
            p.base + (p.bank + y) / bench.program.config.act_mem_banks * p.row_pitch +
                d.element % p.row_bytes);
      kinds.insert(insn.index());
    }
  }
  CHECK(kinds.size() == 5);  // drain, ADD, rescale, pool, softmax
}
