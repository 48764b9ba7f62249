// What a program may not do stops the run with pc and instruction named.
#include <catch2/catch.hpp>

#include "hw_models/spec/checker.h"
#include "tests/cycle/core_run.h"

using namespace vernier;
using namespace vernier::cycle;
using Catch::Contains;
using L = PointwiseProgram;

namespace {

struct Trap {
  std::size_t line;
  const char* from;
  const char* to;
  const char* id;
  const char* part;
};

void check_traps(const std::vector<Trap>& traps) {
  const PointwiseProgram p;
  for (const Trap& t : traps) {
    CAPTURE(t.line, t.from, t.to);
    REQUIRE(p.lines[t.line].find(t.from) != std::string::npos);
    const Program changed = p.with(t.line, t.from, t.to);
    CHECK_THAT(trap_of(changed), Contains(t.id) && Contains(t.part) && Contains("pc "));
    // The core still runs what is legal.
    REQUIRE(trap_of(p.program()) == "ran");
  }
}

std::string static_finding(const Program& p) {
  try {
    check_program(p, "test");
  } catch (const Error& e) {
    return e.what();
  }
  return "legal";
}

}  // namespace

TEST_CASE("Addresses outside a memory trap") {
  check_traps({
      {L::kWeights, "words=16", "words=16 w_addr=4081", "E-PRG-004", "weight rows 4081..4097"},
      {L::kParams, "count=16", "count=16 record=1009", "E-PRG-004", "1009..1025"},
      {L::kAct, "row_pitch=64", "row_pitch=64 base=32705", "E-PRG-004", "32705..32769"},
      {L::kAct, "dram_addr=", "bank=0 dram_addr=42949", "E-PRG-004", "DRAM bytes"},
      {L::kStore, "dram_addr=", "bank=0 dram_addr=42949", "E-PRG-004", "DRAM bytes"},
      {L::kOfmap, "base=8192", "base=32705", "E-PRG-004", "must end by 32768"},
      {L::kDrain, "cols=16", "cols=17", "E-PRG-004", "leaves its memories"},
      {L::kDrain, "cols=16", "cols=16 record=1009", "E-PRG-004", "leaves its memories"},
      {L::kDrain, "cols=16", "cols=16 buffer=2", "E-PRG-004", "leaves its memories"},
  });
}

TEST_CASE("Transfers of nothing trap") {
  check_traps({
      {L::kWeights, "words=16", "words=0", "E-PRG-005", "0 bytes"},
      {L::kParams, "count=16", "count=0", "E-PRG-005", "0 bytes"},
      {L::kAct, "rows=4", "rows=0", "E-PRG-005", "0 bytes"},
      {L::kStore, "row_bytes=64", "row_bytes=0", "E-PRG-005", "0 bytes"},
  });
}

TEST_CASE("Tiles that the machine cannot hold and reductions of nothing trap") {
  check_traps({
      {L::kReduce, "passes=1", "passes=0", "E-PRG-005", "0 passes"},
      {L::kReduce, "passes=1", "passes=2", "E-PRG-005", "the kernel ends after 1"},
      {L::kTile, "height=4", "height=0", "E-PRG-005", "0 pixels"},
      {L::kTile, "height=4", "height=65", "E-PRG-005", "260 pixels"},
      {L::kTile, "clear=1", "clear=1 buffer=2", "E-PRG-005", "accumulator buffer 2"},
      {L::kTile, "clear=1", "clear=1 next_rows=17", "E-PRG-005", "next_rows"},
      {L::kKernel, "kernel_h=1", "kernel_h=0", "E-PRG-005", "a kernel or pixel of 0"},
      {L::kKernel, "dilation_w=1", "dilation_w=2 packed=1 segments=1", "E-PRG-005", "packed"},
      {L::kKernel, "kernel_h=1", "kernel_h=1 packed=1 segments=5", "E-PRG-005", "5 segments, 4"},
      {L::kKernel, "kernel_h=1", "kernel_h=1 depthwise=1 packed=1 multiplier=1", "E-PRG-005",
       "packed"},
      {L::kKernel, "kernel_h=1", "kernel_h=1 depthwise=1 segments=1", "E-PRG-005", "multiplier"},
      {L::kKernel, "kernel_h=1", "kernel_h=1 depthwise=1 multiplier=1 segments=5", "E-PRG-005",
       "5 segments, 4"},
      {L::kDrain, "height=4", "height=0", "E-PRG-005", "0 vectors"},
      {L::kOfmap, "lo=-128 hi=127", "lo=5 hi=4", "E-PRG-005", "clamp 5..4"},
      {L::kOfmap, "hi=127", "hi=127 rounding=7", "E-PRG-005", "rounding 7"},
  });
}

TEST_CASE("Reading what nothing has written traps") {
  check_traps({
      {L::kWeights, "words=16", "words=15", "E-PRG-010", "weight row 15"},
      {L::kParams, "count=16", "count=15", "E-PRG-010", "parameter record 15"},
      {L::kAct, "rows=4", "rows=3", "E-PRG-010", "ifmap row 3"},
      {L::kStore, "base=8192", "base=8193", "E-PRG-010", "never written"},
  });
}

TEST_CASE("A record with shift 63 or a multiplier's top bit traps") {
  for (const ProgramBuilder::Record bad :
       {ProgramBuilder::Record{0, 1u << 31, 0}, {0, 1, 63}, {0, 1, -32}}) {
    ProgramBuilder b(HwConfig{});
    const auto addr = b.records({{0, 1, 0}, bad});
    b.line("load.params dram_addr={} count=2", addr);
    CHECK_THAT(trap_of(b), Contains("E-PRG-005") && Contains("record 1"));
  }
}

TEST_CASE("A store into instructions or constants traps") {
  PointwiseProgram p;
  const auto out = fmt::format("dram_addr={}", p.out);
  CHECK_THAT(trap_of(p.with(L::kStore, out, "dram_addr=0")),
             Contains("E-PRG-004") && Contains("overwrite"));
  CHECK_THAT(trap_of(p.with(L::kStore, out, fmt::format("dram_addr={}", p.weights))),
             Contains("E-PRG-004") && Contains("overwrite"));
}

TEST_CASE("Words that are no instruction and pages without an end are refused before cycle 0") {
  Program p = PointwiseProgram().program();
  p.words[4].lo = 0x3f;
  CHECK_THAT(trap_of(p), Contains("E-PRG-002") && Contains("pc 4"));
  p = PointwiseProgram().program();
  p.words[4].hi |= std::uint64_t{1} << 63;
  CHECK_THAT(trap_of(p), Contains("E-PRG-002") && Contains("pc 4") && Contains("reserved"));
  p = PointwiseProgram().program();
  p.words.back() = encode(insn::MacWait{});
  CHECK_THAT(trap_of(p), Contains("E-PRG-009"));
  HwConfig small;
  small.program_mem_kib = 1;
  ProgramBuilder b(small);
  for (int n = 0; n < 32; ++n) b.line("mac.wait");
  CHECK_THAT(trap_of(b), Contains("E-PRG-009") && Contains("33 instructions"));
}

TEST_CASE("Two engines on one write port stop the run with both instructions named") {
  PointwiseProgram p;
  p.lines.insert(
      p.lines.begin() + L::kStore,
      fmt::format("load.act dram_addr={} base=8192 row_pitch=64 rows=4 row_bytes=64", p.in));
  for (const bool data : {false, true}) {
    std::string text;
    try {
      auto image = dram_image(p.program());
      data ? execute(p.program(), &image) : time_of(p.program());
    } catch (const Error& e) {
      text = e.what();
    }
    CHECK_THAT(text, Contains("E-PRG-007") && Contains("pc 8: post.drain") &&
                         Contains("LOAD pc 9 (load.act") &&
                         Contains("the write port of page 1 bank 0"));
  }
  CHECK_THAT(static_finding(p.program()), Contains("E-PRG-007"));
}

TEST_CASE("Two engines on one read port stop the run only in cycles that they share") {
  // POST copies MAC's ifmap while the tile reads it; 30 waits put the copy behind the tile.
  const auto with = [](int waits) {
    PointwiseProgram p;
    p.lines[L::kDrain] = "post.wait wait_load=1 wait_mac=1";
    p.lines[L::kStore] = "post.source_a row_pitch=64 height=4 width=4 channels=16";
    for (int n = 0; n < waits; ++n) p.lines.push_back("post.wait");
    p.lines.push_back("post.move bytes=256");
    std::swap(p.lines[L::kAct], p.lines[L::kParams]);
    return p.program();
  };
  CHECK_THAT(trap_of(with(0)), Contains("E-PRG-007") && Contains("mac.tile") &&
                                   Contains("post.move") &&
                                   Contains("the read port of page 0 bank 0"));
  CHECK_THAT(trap_of(with(14)), Contains("E-PRG-007"));
  CHECK(trap_of(with(15)) == "ran");
  CHECK_THAT(static_finding(with(14)), Contains("E-PRG-007"));
  CHECK(static_finding(with(15)) == "legal");
}

TEST_CASE("An ADD whose operands need one port for two addresses stops the run") {
  ProgramBuilder b(HwConfig{});
  b.line("post.ofmap base=16384 row_pitch=64 width=4 channels=16 hi=127");
  b.line("post.source_a row_pitch=64 height=4 width=4 channels=16");
  b.line("post.source_b base=64 row_pitch=64 height=4 width=4 channels=16");
  b.line("post.add rows=4");
  CHECK_THAT(trap_of(b), Contains("E-PRG-007") && Contains("pc 3") && Contains("row 0"));
}
