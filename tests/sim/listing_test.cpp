// vernier disasm and vernier check on program files.
#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "hw_models/spec/error.h"
#include "sim/commands/check.h"
#include "sim/commands/disasm.h"
#include "tests/sim/scratch_dir.h"
#include "tests/support/pointwise_program.h"

using namespace vernier;
using Catch::Contains;

TEST_CASE("A listing shows pc, page, layer, word and text of every instruction") {
  ProgramBuilder b(HwConfig{});
  b.line("mac.wait wait_load=5").new_page().line("post.wait");
  const Program p = b.program();
  std::istringstream lines(listing_text(p, "p.vern"));
  std::vector<std::string> list;
  for (std::string line; std::getline(lines, line);) list.push_back(line);
  REQUIRE(list.size() == 1 + 5);
  CHECK_THAT(list[1], Contains("load.program dram_addr=48 count=2"));
  CHECK_THAT(list[2], Contains("      1    0     0 ") && Contains("mac.wait wait_load=5"));
  // wait_load stands behind the 6-bit opcode 0x1f.
  CHECK_THAT(list[2], Contains(" 0000000000000000000000000000015f "));
  CHECK_THAT(list[4], Contains("      3    1     0 ") && Contains("post.wait"));
}

TEST_CASE("The text of a listing assembles to its words") {
  const Program p = PointwiseProgram().program();
  std::istringstream lines(listing_text(p, "p.vern"));
  std::string line;
  std::getline(lines, line);
  for (const Word& w : p.words) {
    REQUIRE(std::getline(lines, line));
    const auto hex = fmt::format("{:016x}{:016x}  ", w.hi, w.lo);
    const auto at = line.find(hex);
    REQUIRE(at != std::string::npos);
    CHECK(encode(assemble(line.substr(at + hex.size()), "listing")) == w);
  }
}

TEST_CASE("check accepts a legal program file and refuses an illegal one by its path") {
  const ScratchDir dir;
  const PointwiseProgram p;
  save_program(p.program(), dir / "legal.vern");
  CHECK(run_check(dir / "legal.vern") == kExitOk);
  save_program(p.with(PointwiseProgram::kTile, "wait_load=2", "wait_load=3"), dir / "stuck.vern");
  CHECK_THROWS_WITH(run_check(dir / "stuck.vern"), Contains("E-PRG-006") && Contains("stuck.vern"));
}
