// Planted faults: in the compiler's program, in golden and in the machine's memory. Each is
// reported with its place, or changes no output.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "hw_models/spec/error.h"
#include "sim/compare.h"
#include "tests/e2e/fault_bench.h"

using namespace vernier;

namespace {

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
