// The DRAM channel: when transfers begin, deliver and make way.
#include <catch2/catch.hpp>

#include "tests/cycle/core_run.h"

using namespace vernier;
using namespace vernier::cycle;

TEST_CASE("n bytes from cycle t on have arrived at t + latency + ceil(n / width) - 1") {
  for (const int latency : {1, 64, 1000}) {
    for (const int width : {1, 8, 16, 17, 128}) {
      for (const int bytes : {1, width - 1, width, width + 1, 3 * width + 1}) {
        if (bytes < 1) continue;
        HwConfig config;
        config.dram_latency_cycles = latency;
        config.dram_bytes_per_cycle = width;
        ProgramBuilder b(config);
        b.line("load.act dram_addr={} row_pitch={} rows=1 row_bytes={}", b.free_addr(), bytes,
               bytes);
        Recorder seen;
        const auto run = time_of(b, &seen);
        CAPTURE(latency, width, bytes);
        REQUIRE(seen.transfers.size() == 2);
        REQUIRE(seen.transfers[0].pc == kBootPc);
        REQUIRE(seen.transfers[0].cycle == 0);
        const std::int64_t boot_beats = (2 * 16 + width - 1) / width;
        REQUIRE(seen.transfers[0].last == latency + boot_beats - 1);
        const std::int64_t start = std::max(earliest(config, 0), boot_beats);
        const std::int64_t beats = (bytes + width - 1) / width;
        REQUIRE(run.timing[0].start == earliest(config, 0));
        REQUIRE(seen.transfers[1].cycle == start);
        REQUIRE(run.timing[0].end == start + latency + beats - 1);
        REQUIRE(run.cycles == run.timing[0].end + 1);
      }
    }
  }
}

TEST_CASE("The next transfer begins when the beats of the last have been issued") {
  ProgramBuilder b(HwConfig{});
  const auto w = b.weights(7, 1);
  b.line("load.weights dram_addr={} words=7", w).line("load.weights dram_addr={} words=5", w);
  Recorder seen;
  const auto run = time_of(b, &seen);
  const auto t = earliest(HwConfig{}, 0);
  REQUIRE(seen.transfers[1].cycle == t);
  REQUIRE(seen.transfers[2].cycle == t + 7);
  REQUIRE(run.timing[1].start == t + 7);
  REQUIRE(run.timing[0].end == t + 64 + 7 - 1);
  REQUIRE(run.timing[1].end == t + 7 + 64 + 5 - 1);
}

namespace {

// LOAD and STORE wait for the same token of POST, so they ask in the same cycle. In front, LOAD may
// have a transfer of `words` rows that occupies the channel.
ProgramBuilder tie() {
  ProgramBuilder b(HwConfig{});
  const auto p = b.records(std::vector<ProgramBuilder::Record>(40, {0, 1, 0}));
  b.line("post.ofmap base=8192 row_pitch=16 width=1 channels=16 hi=127");
  b.line("post.source_a row_pitch=16 height=1 width=1 channels=16");
  b.line("store.act dram_addr={} base=16384 row_pitch=16 rows=1 row_bytes=16 wait_post=1",
         b.free_addr());
  b.line("load.params dram_addr={} count=40 wait_post=1", p);
  for (int n = 0; n < 6; ++n) b.line("post.wait");
  b.line("post.rescale rows=1 signal_load=1 signal_store=1");
  return b;
}

}  // namespace

TEST_CASE("LOAD goes before STORE when both ask in the same cycle") {
  Recorder seen;
  const auto run = time_of(tie(), &seen);
  const std::int64_t arrives = run.timing[10].end + 1;
  REQUIRE(run.timing[2].start == arrives);
  REQUIRE(run.timing[3].start == arrives);
  REQUIRE(seen.transfers.size() == 3);
  REQUIRE_FALSE(seen.transfers[1].is_write);
  REQUIRE(seen.transfers[1].cycle == arrives);
  REQUIRE(seen.transfers[2].is_write);
  REQUIRE(seen.transfers[2].cycle == arrives + 30);  // 480 bytes of records
}

TEST_CASE("Who asks first is served first, LOAD or not") {
  ProgramBuilder b(HwConfig{});
  const auto w = b.weights(100, 1);
  b.line("load.weights dram_addr={} words=100", w);
  b.line("load.weights dram_addr={} words=1", w);
  b.line("store.act dram_addr={} row_pitch=16 rows=1 row_bytes=16", b.free_addr());
  Recorder seen;
  time_of(b, &seen);
  const auto t = earliest(HwConfig{}, 0);
  REQUIRE(seen.transfers.size() == 4);
  REQUIRE(seen.transfers[1].pc == 0);
  // STORE has asked since t + 2; LOAD asks again when its first transfer makes way, at t + 100.
  REQUIRE(seen.transfers[2].pc == 2);
  REQUIRE(seen.transfers[2].cycle == t + 100);
  REQUIRE(seen.transfers[3].pc == 1);
  REQUIRE(seen.transfers[3].cycle == t + 101);
}

TEST_CASE("Every row of an activation begins on a beat of its own") {
  ProgramBuilder b(HwConfig{});
  b.line("load.act dram_addr={} row_pitch=17 rows=5 row_bytes=17", b.free_addr());
  const auto run = time_of(b);
  const auto t = earliest(HwConfig{}, 0);
  REQUIRE(run.timing[0].end == t + 64 + 10 - 1);
}
