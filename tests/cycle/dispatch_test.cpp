// Dispatcher, queues and counters: the cycle in which an instruction may start.
#include <catch2/catch.hpp>

#include "tests/cycle/core_run.h"

using namespace vernier;
using namespace vernier::cycle;
using Catch::Contains;

TEST_CASE("One instruction a cycle leaves the dispatcher and is seen a cycle later") {
  const auto run = time_of(ProgramBuilder(HwConfig{})
                               .line("mac.wait")
                               .line("post.wait")
                               .line("store.wait")
                               .line("load.wait"));
  for (std::int64_t pc = 0; pc < 4; ++pc) {
    CHECK(run.timing[static_cast<std::size_t>(pc)].start == earliest(HwConfig{}, pc));
    CHECK(run.timing[static_cast<std::size_t>(pc)].end == earliest(HwConfig{}, pc));
  }
  CHECK(run.timing[4].start == earliest(HwConfig{}, 4) - 1);  // END is the dispatcher's own
  CHECK(run.cycles == earliest(HwConfig{}, 4));
}

TEST_CASE("A token arrives one cycle behind its sender's end: blocked at n - 1, ready at n") {
  ProgramBuilder b(HwConfig{});
  const auto w = b.weights(9, 1);
  for (int n = 0; n < 3; ++n) b.line("load.weights dram_addr={} words=9 signal_mac=1", w);
  b.line("mac.wait wait_load=3");
  const auto run = time_of(b);
  REQUIRE(run.timing[1].end < run.timing[2].end);
  CHECK(run.timing[3].start == run.timing[2].end + 1);
  CHECK(run.timing[3].blocker == static_cast<std::int8_t>(Engine::Load));
}

TEST_CASE("An instruction takes as many tokens as it waits for and leaves the rest") {
  const auto starts = [](int first, int second) {
    ProgramBuilder b(HwConfig{});
    const auto w = b.weights(50, 1);
    for (int n = 0; n < 3; ++n) b.line("load.weights dram_addr={} words=50 signal_mac=1", w);
    b.line("mac.wait wait_load={}", first).line("mac.wait wait_load={}", second);
    auto run = time_of(b);
    const auto arrival = [&](std::int64_t cycle) {
      for (int n = 0; n < 3; ++n) {
        if (run.timing[static_cast<std::size_t>(n)].end + 1 == cycle) return n + 1;
      }
      return 0;
    };
    return std::make_pair(arrival(run.timing[3].start), arrival(run.timing[4].start));
  };
  CHECK(starts(1, 1) == std::make_pair(1, 2));
  CHECK(starts(1, 2) == std::make_pair(1, 3));
  CHECK(starts(2, 1) == std::make_pair(2, 3));
}

TEST_CASE("A full queue stalls the dispatcher until the cycle behind a start") {
  const auto start_of_post = [](int depth) {
    HwConfig config;
    config.queue_depth = depth;
    ProgramBuilder b(config);
    const auto w = b.weights(100, 1);
    for (int n = 0; n < 4; ++n) b.line("load.weights dram_addr={} words=100", w);
    b.line("post.wait");
    const auto run = time_of(b);
    REQUIRE(run.timing[1].start == earliest(config, 0) + 100);
    return run.timing[4].start;
  };
  const auto t = earliest(HwConfig{}, 0);
  CHECK(start_of_post(3) == t + 4);
  // Depth 2: the fourth LOAD finds the queue full until the second starts at t + 100, its place is
  // free at t + 101, POST's instruction follows at t + 102 and is seen at t + 103.
  CHECK(start_of_post(2) == t + 103);
  // Depth 1: the third LOAD enters at t + 101, the fourth at t + 201.
  CHECK(start_of_post(1) == t + 203);
}

TEST_CASE("SWITCH waits for the page it goes to") {
  ProgramBuilder b(HwConfig{});
  b.line("mac.wait").new_page().line("post.wait");
  const auto run = time_of(b);
  // pc 0 fetches page 1, two words, pc 2 is the SWITCH.
  CHECK(run.timing[0].end == earliest(HwConfig{}, 0) + 64 + 2 - 1);
  CHECK(run.timing[2].start == run.timing[0].end + 1);
  CHECK(run.timing[3].start == run.timing[2].start + 2);
}

TEST_CASE("SWITCH takes one cycle when the page is there") {
  HwConfig config;
  config.dram_bytes_per_cycle = 128;  // so that the dispatcher, not boot, is the slower one
  ProgramBuilder b(config);
  for (int n = 0; n < 250; ++n) b.line("mac.wait");
  b.new_page().line("post.wait");
  const auto run = time_of(b);
  const auto first = earliest(config, 0) - 1;  // the dispatcher's cycle for pc 0
  REQUIRE(run.timing[0].end < first + 250);
  CHECK(run.timing[250].start == first + 250 + 1);
  CHECK(run.timing[251].start == first + 251);
  CHECK(run.timing[252].start == first + 252 + 1);
}

TEST_CASE("A deadlock ends the run and names who waits for what") {
  PointwiseProgram p;
  p.lines[PointwiseProgram::kDrain] += " signal_mac=1";
  p.lines[PointwiseProgram::kTile] += " wait_post=1";
  CHECK_THAT(trap_of(p.program()),
             Contains("E-PRG-006") && Contains("MAC pc 6") &&
                 Contains("waits for 1 tokens from POST (has 0)") && Contains("POST pc 8") &&
                 Contains("1 tokens from MAC (has 0)") && Contains("STORE pc 9"));
}

TEST_CASE("A dispatcher that stands at a full queue is part of the deadlock report") {
  HwConfig config;
  config.queue_depth = 1;
  CHECK_THAT(
      trap_of(ProgramBuilder(config).line("mac.wait wait_load=1").line("mac.wait")),
      Contains("E-PRG-006") && Contains("MAC pc 0") && Contains("the dispatcher stands at pc 1"));
}

TEST_CASE("More tokens than a counter holds stop the run") {
  HwConfig config;
  config.program_mem_kib = 128;
  ProgramBuilder b(config);
  const auto w = b.weights(1, 1);
  for (int n = 0; n < 1024; ++n) b.line("load.weights dram_addr={} words=1 signal_mac=1", w);
  CHECK_THAT(trap_of(b), Contains("E-PRG-006") && Contains("1024 tokens from LOAD"));
}
