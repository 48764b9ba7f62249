// Planted faults: in the compiler's program, in golden, in the machine's memory, in the event
// stream and in the RTL. Each is reported with its place, or changes no output.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "compiler/compile.h"
#include "hw_models/spec/error.h"
#include "sim/compare.h"
#include "sim/inputs.h"
#include "sim/simulation.h"
#include "tests/e2e/small_network.h"

using namespace vernier;

namespace {

// The small network compiled, with golden's values for one input.
struct Bench {
  Graph graph = import_tflite(small_network().bytes(), "small.tflite");
  Program program = compiler::compile(graph, small_machine());
  InputSet inputs = random_inputs(graph, 1, 5)[0];
  golden::Values golden = golden::run(graph, inputs);
};

// The DRAM image as a run gets it.
std::vector<std::uint8_t> image_of(const Bench& bench, const Program& program) {
  auto image = cycle::dram_image(program);
  for (std::size_t i = 0; i < program.inputs.size(); ++i) {
    std::copy(bench.inputs[i].bytes.begin(), bench.inputs[i].bytes.end(),
              image.begin() + static_cast<std::ptrdiff_t>(program.inputs[i].addr));
  }
  return image;
}

struct Verdict {
  std::string error;  // a trap of the machine, or of the decoder
  Divergence divergence;
  bool outputs_equal = false;  // told without the comparator

  bool reported() const { return !error.empty() || !divergence.kind.empty(); }
  std::string text() const {
    return error.empty()
               ? fmt::format("{} layer {} element {} pc {}: {}", divergence.kind, divergence.layer,
                             divergence.element, divergence.pc, divergence.detail)
               : error;
  }
};

Verdict judge(const Bench& bench, const Program& program, const golden::Values& golden,
              std::vector<std::uint8_t> image) {
  Verdict v;
  Comparator comparator(program, bench.graph, &golden, 0);
  try {
    const auto decoded = cycle::decode_program(program, "faulty");
    cycle::RunOptions options;
    options.observer = &comparator;
    cycle::Core::instance().run(decoded, &image, options);
    comparator.finish(image);
    v.divergence = comparator.divergence();
  } catch (const Error& e) {
    v.error = e.what();
    return v;
  }
  v.outputs_equal =
      std::all_of(program.outputs.begin(), program.outputs.end(), [&](const DramTensor& o) {
        const auto& want = golden[static_cast<std::size_t>(o.tensor)].bytes;
        return std::equal(want.begin(), want.end(),
                          image.begin() + static_cast<std::ptrdiff_t>(o.addr));
      });
  return v;
}

Verdict judge(const Bench& bench, const Program& program) {
  return judge(bench, program, bench.golden, image_of(bench, program));
}

// Adds `by` to a field; false when the instruction lacks the field or the value leaves it.
bool patch(Program* program, std::size_t pc, const std::string& field, int by) {
  Instruction i = decode(program->words[pc], "patch", pc);
  bool done = false;
  std::visit(
      [&](auto& one) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, std::monostate>) {
          insn::fields(one, [&](const char* name, std::int64_t& value, int bits, bool is_signed,
                                const char*) {
            if (field != name || !detail::fits(value + by, bits, is_signed)) return;
            value += by;
            done = true;
          });
        }
      },
      i);
  if (done) program->words[pc] = encode(i);
  return done;
}

bool is_drained_insn(const Instruction& i) {
  return std::holds_alternative<insn::MacTile>(i) || std::holds_alternative<insn::PostDrain>(i) ||
         std::holds_alternative<insn::PostOfmap>(i);
}

}  // namespace

TEST_CASE("without a fault the small network agrees, in several tiles, chunks and pages") {
  const Bench bench;
  const auto verdict = judge(bench, bench.program);
  INFO(verdict.text());
  CHECK_FALSE(verdict.reported());
  CHECK(verdict.outputs_equal);
  CHECK(bench.program.page_begin.size() > 1);
  CHECK(bench.program.layers[0].mapping == "packed");
  CHECK(bench.program.layers[1].mapping == "channel");
}

// What a compiler with an off-by-one would have written into the words.
TEST_CASE("a field of a tile or drain that is off by one is reported in its layer") {
  const Bench bench;
  int planted = 0, reported = 0;
  for (const char* field :
       {"y0", "x0", "w_addr", "channel", "record", "lo", "hi", "zero_point", "base", "bank"}) {
    int of_field = 0;
    for (std::size_t pc = 0; pc < bench.program.words.size(); ++pc) {
      const auto insn = decode(bench.program.words[pc], "true", pc);
      if (!is_drained_insn(insn)) continue;
      for (const int by : {-1, 1}) {
        Program program = bench.program;
        if (!patch(&program, pc, field, by)) continue;
        ++planted;
        const auto verdict = judge(bench, program);
        INFO(field << " by " << by << " in pc " << pc << " " << disassemble(insn) << "\n"
                   << verdict.text());
        if (!verdict.reported()) {
          REQUIRE(verdict.outputs_equal);
          continue;
        }
        ++reported;
        ++of_field;
        if (verdict.error.empty()) {
          REQUIRE(verdict.divergence.layer == bench.program.layer_of[pc]);
          REQUIRE((verdict.divergence.element >= 0 || verdict.divergence.kind == "place"));
        } else {
          REQUIRE_THAT(verdict.error, Catch::Contains("pc "));
        }
      }
    }
    INFO(field);
    CHECK(of_field > 0);
  }
  INFO(reported << " of " << planted);
  CHECK(planted > 200);
  CHECK(reported * 10 > planted * 7);
}

TEST_CASE("a load of weights from the next address is reported in its layer or changes nothing") {
  const Bench bench;
  int reported = 0;
  for (std::size_t pc = 0; pc < bench.program.words.size(); ++pc) {
    const auto insn = decode(bench.program.words[pc], "true", pc);
    if (!std::holds_alternative<insn::LoadWeights>(insn)) continue;
    for (const char* field : {"dram_addr", "w_addr"}) {
      Program program = bench.program;
      REQUIRE(patch(&program, pc, field, 1));
      const auto verdict = judge(bench, program);
      INFO(field << " of pc " << pc << "\n" << verdict.text());
      if (!verdict.reported()) REQUIRE(verdict.outputs_equal);
      if (!verdict.divergence.kind.empty()) {
        REQUIRE(verdict.divergence.layer == bench.program.layer_of[pc]);
      }
      reported += verdict.reported() ? 1 : 0;
    }
  }
  CHECK(reported > 10);
}

TEST_CASE(
    "golden with another padding than the program is reported in the layer and from its edge") {
  const Bench bench;
  for (const std::size_t layer : {0u, 1u}) {
    Graph wrong = bench.graph;
    REQUIRE(wrong.ops[layer].attrs.pad_top == 1);
    wrong.ops[layer].attrs.pad_top = 0;
    const auto verdict = judge(bench, bench.program, golden::run(wrong, bench.inputs),
                               image_of(bench, bench.program));
    INFO(verdict.text());
    REQUIRE(verdict.divergence.kind == "value");
    CHECK(verdict.divergence.layer == static_cast<int>(layer));
    CHECK(verdict.divergence.element < 8 * 6);  // in row 0
    CHECK(verdict.divergence.want != verdict.divergence.got);
  }
}

TEST_CASE("golden with one weight bit flipped is reported in that layer and channel") {
  const Bench bench;
  Random r(21);
  int reported = 0;
  for (int n = 0; n < 60; ++n) {
    Graph wrong = bench.graph;
    const std::size_t layer = r.pick(std::vector<std::size_t>{0, 1, 3});
    const auto& op = wrong.ops[layer];
    auto& weights = wrong.tensors[static_cast<std::size_t>(op.inputs[1])];
    const int at = r.between(0, static_cast<int>(weights.data.size()) - 1);
    weights.data[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1 << r.between(0, 7));
    const int per_channel = static_cast<int>(weights.data.size()) / weights.shape[0];
    const auto verdict = judge(bench, bench.program, golden::run(wrong, bench.inputs),
                               image_of(bench, bench.program));
    INFO("weight " << at << " of layer " << layer << ": " << verdict.text());
    if (!verdict.reported()) {
      REQUIRE(verdict.outputs_equal);
      continue;
    }
    ++reported;
    REQUIRE(verdict.divergence.kind == "value");
    REQUIRE(verdict.divergence.layer == static_cast<int>(layer));
    REQUIRE(verdict.divergence.element % weights.shape[0] == at / per_channel);
  }
  CHECK(reported > 40);
}

TEST_CASE("a bit flipped in the machine's constants is reported or changes no output, 100 places") {
  const Bench bench;
  Random r(31);
  int reported = 0;
  for (int n = 0; n < 100; ++n) {
    auto image = image_of(bench, bench.program);
    const auto size = static_cast<int>(bench.program.image.size());
    const auto at = bench.program.image_addr + static_cast<std::uint32_t>(r.between(0, size - 1));
    image[at] ^= static_cast<std::uint8_t>(1 << r.between(0, 7));
    const auto verdict = judge(bench, bench.program, bench.golden, image);
    INFO("byte " << at << ": " << verdict.text());
    if (!verdict.reported()) REQUIRE(verdict.outputs_equal);
    if (!verdict.divergence.kind.empty()) {
      REQUIRE(verdict.divergence.layer >= 0);
      REQUIRE(verdict.divergence.element >= 0);
      REQUIRE(verdict.divergence.pc >= 0);
      REQUIRE(verdict.divergence.cycle >= 0);
    }
    reported += verdict.reported() ? 1 : 0;
  }
  INFO(reported << " of 100 reported");
  CHECK(reported > 20);  // alignment gaps and columns beyond the channels are dead bytes
}

TEST_CASE("a wrong multiplier is reported in its layer at the first element of its channel") {
  const Bench bench;
  int planted = 0, reported = 0;
  for (std::size_t pc = 0; pc < bench.program.words.size(); ++pc) {
    const auto insn = decode(bench.program.words[pc], "true", pc);
    const auto* load = std::get_if<insn::LoadParams>(&insn);
    if (load == nullptr) continue;
    const int layer = bench.program.layer_of[pc];
    const auto channels = hwc(bench.program.layers[static_cast<std::size_t>(layer)].shape_out).c;
    for (std::int64_t c = 0; c < load->count; ++c) {
      auto image = image_of(bench, bench.program);
      // The mantissa loses its highest bit: less than half of the product is left.
      image[static_cast<std::size_t>(load->dram_addr + 12 * c + 7)] ^= 0x40;
      const auto verdict = judge(bench, bench.program, bench.golden, image);
      INFO("channel " << c << ": " << verdict.text());
      ++planted;
      if (!verdict.reported()) {
        REQUIRE(verdict.outputs_equal);  // clamped at the same end
        continue;
      }
      ++reported;
      REQUIRE(verdict.divergence.kind == "value");
      REQUIRE(verdict.divergence.layer == layer);
      REQUIRE(verdict.divergence.element % channels == c);
      const auto& tensor =
          static_cast<std::size_t>(bench.program.layers[static_cast<std::size_t>(layer)].tensor);
      REQUIRE(verdict.divergence.want == bench.golden[tensor].at(verdict.divergence.element));
    }
  }
  CHECK(planted == 6 + 6 + 9 + 5);
  CHECK(reported >= 20);
}

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
  // kind 0 drops, 1 repeats, 2 moves by a byte; of the 7th write
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
