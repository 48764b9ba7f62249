// What a trace holds, in which order, in how much memory, and when its file appears.
#include "sim/trace_writer.h"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>

#include "sim/trace_horizon.h"
#include "tests/sim/trace_file_text.h"

using namespace vernier;
using Catch::Matchers::Contains;

TEST_CASE("An event one cycle older than the reach is refused, one at the reach takes its place") {
  ScratchDir dir;
  const Program p = drains(2);
  const std::int64_t lag = report_lag_cycles(p);
  for (const std::int64_t cycle : {12, 13}) {
    INFO("cycle " << cycle);
    TraceWriter writer(p, {}, dir / "t.trace");
    report_drain(&writer, 0);  // writes in cycles 10..13
    // Reported in cycle 13 + lag: what lies before cycle 13 goes to the disk.
    writer.instruction(Engine::Post, 1, 12 + lag, 12 + lag);
    CHECK(writer.counts().total() == 4);
    writer.dram(cycle, 20, 1, true, 0, 16);
    if (cycle == 12) {
      CHECK_THROWS_WITH(writer.finish(), Contains("a trace record out of order"));
    } else {
      writer.finish();
      CHECK(read_all(dir / "t.trace").size() == 9);
    }
  }
}

TEST_CASE("Reports reach as far back as the longest instruction or transfer of the program") {
  Program p = drains(1);
  p.config.dram_latency_cycles = 1;
  // Boot's transfer: 16 bytes, one beat; three of them and the latency are less than the
  // drain's 14.
  CHECK(report_lag_cycles(p) == 14);
  p.config.dram_latency_cycles = 64;
  CHECK(report_lag_cycles(p) == 67);
  insn::LoadWeights load;
  load.words = 100;  // 1600 bytes, 100 beats
  p.words.push_back(encode(load));
  CHECK(report_lag_cycles(p) == 364);
}

TEST_CASE(
    "Records come in the order cycle, kind, pc, place, offset, whatever order they are told") {
  ScratchDir dir;
  const Program p = drains(2);
  TraceInfo info;
  info.accumulators = true;
  const std::uint8_t bytes[2] = {0, 255};
  const std::int32_t sums[2] = {-5, 2147483647};
  const auto record = [&](bool backwards, const std::string& path) {
    TraceWriter w(p, info, path);
    REQUIRE(w.wants_accumulators());
    const std::function<void()> events[] = {
        [&] { w.write(5, 1, 3, 0, bytes, 2); },
        [&] { w.write(5, 1, 0, 8, bytes, 2); },
        [&] { w.accumulate(5, 0, 1, 3, sums, 2); },
        [&] { w.dram(5, 9, 0, true, 64, 16); },
        [&] { w.dram(4, 9, cycle::kBootPc, false, 0, 32); },
    };
    for (int n = 0; n < 5; ++n) events[backwards ? 4 - n : n]();
    w.instruction(Engine::Post, backwards ? 1 : 0, backwards ? 5 : 2, backwards ? 5 : 5);
    w.instruction(Engine::Post, backwards ? 0 : 1, backwards ? 2 : 5, 5);
    w.finish();
  };
  record(false, dir / "a");
  record(true, dir / "b");
  const auto lines = lines_of(file_text(dir / "a"));
  CHECK(file_text(dir / "a") == file_text(dir / "b"));
  const std::string drain = "post.drain height=1 width=4 cols=8";
  const std::vector<std::string> want = {"start 2 POST 0 0 " + drain,
                                         "dram 4 9 boot read 0x00000000 32",
                                         "dram 5 9 0 write 0x00000040 16",
                                         "start 5 POST 1 0 " + drain,
                                         "acc 5 0 1 3 -5,2147483647",
                                         "write 5 1 0 8 00ff",
                                         "write 5 1 3 0 00ff",
                                         "end 5 POST 0 0",
                                         "end 5 POST 1 0"};
  CHECK(std::vector<std::string>(lines.begin() + 9, lines.end() - 1) == want);
}

TEST_CASE("What is read is what was told") {
  Recorded t;
  const auto records = read_all(t.path);
  REQUIRE(records.size() == 18);
  std::string again;
  for (const auto& r : records) again += trace_line(r) + "\n";
  CHECK(t.text.find(again) != std::string::npos);
  CHECK(records[1].kind == TraceKind::kWrite);
  CHECK(records[1].cycle == 10);
  CHECK(records[1].bytes == std::vector<std::uint8_t>{7, 255});
  CHECK(records[5].kind == TraceKind::kEnd);
  CHECK(records[5].cycle == 13);
  CHECK(records[6].engine == Engine::Post);
  CHECK(records[6].pc == 1);
  TraceReader reader(t.path);
  CHECK(reader.header().model_sha256 == std::string(64, 'a'));
  CHECK(reader.header().config_hash == config_hash(HwConfig()));
  CHECK(reader.header().profile == "tflm");
  CHECK(reader.header().values);
  CHECK_FALSE(reader.header().accumulators);
}

TEST_CASE("A header tells the seed and the inputs") {
  ScratchDir dir;
  TraceInfo info;
  info.seed = 18446744073709551615ULL;
  InputSet inputs{Tensor(DType::kInt8, {2}), Tensor(DType::kInt8, {1})};
  info.inputs_sha256 = inputs_sha256(inputs);
  write_trace(drains(1), dir / "t", info);
  TraceReader reader(dir / "t");
  CHECK(reader.header().seed == info.seed);
  CHECK(reader.header().inputs_sha256 ==
        "709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c");
}

TEST_CASE("R4: a million records pass through a buffer of one instruction's events") {
  ScratchDir dir;
  constexpr int kMany = 170000;
  const Program p = drains(kMany);
  TraceWriter writer(p, {}, dir / "t");
  for (int pc = 0; pc < kMany; ++pc) report_drain(&writer, pc);
  writer.finish();
  CHECK(writer.counts().total() == 6LL * kMany);
  // Reach plus two instructions; here 3 x the page's beats, since it is one page of 170000 words.
  CHECK(writer.most_waiting() <= static_cast<std::size_t>(6 * (report_lag_cycles(p) / 20 + 2)));
  TraceReader reader(dir / "t");
  std::int64_t n = 0;
  for (TraceRecord r; reader.next(&r);) ++n;
  CHECK(n == 6LL * kMany);
}

TEST_CASE("R4: a trace over the part limit goes on in numbered parts that read as one") {
  ScratchDir dir;
  TraceInfo info;
  info.part_bytes = 100000;
  write_trace(drains(2000), dir / "whole");
  write_trace(drains(2000), dir / "t", info);
  REQUIRE(std::filesystem::exists(dir / "t.2"));
  const auto a = read_all(dir / "whole"), b = read_all(dir / "t");
  REQUIRE(a.size() == 12000);
  REQUIRE(b.size() == a.size());
  for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(trace_line(a[i]) == trace_line(b[i]));
  for (const auto& entry : std::filesystem::directory_iterator(dir / ".")) {
    const auto name = entry.path().filename().string();
    CHECK((name == "whole" || entry.file_size() < 100000 + 60 * 1024));
  }
  // A part that is lost or is another trace's.
  std::filesystem::rename(dir / "t.2", dir / "gone");
  CHECK_THAT(refusal(dir / "t"), Contains("incomplete: part 2 is not there"));
  std::filesystem::copy_file(dir / "t.1", dir / "t.2");
  CHECK_THAT(refusal(dir / "t"), Contains("the header is not that of part 2"));
  CHECK_THAT(refusal(dir / "t.1"), Contains("the header is not that of part 0"));
}

TEST_CASE("A trace without finish() leaves no file and an older one as it was") {
  ScratchDir dir;
  write_file_atomically(dir / "t", std::string("older"));
  {
    const Program p = drains(3);
    TraceWriter writer(p, {}, dir / "t");
    for (int pc = 0; pc < 3; ++pc) report_drain(&writer, pc);
  }
  CHECK(file_text(dir / "t") == "older");
  int files = 0;
  for ([[maybe_unused]] const auto& e : std::filesystem::directory_iterator(dir / ".")) ++files;
  CHECK(files == 1);
}

TEST_CASE("A trace that cannot be written is refused before the run") {
  ScratchDir dir;
  const Program p = drains(1);
  CHECK_THROWS_WITH(TraceWriter(p, {}, dir / "none/t"), Contains("E-IO-004"));
  CHECK_THROWS_WITH(TraceWriter(p, {}, dir / "."), Contains("E-IO-004"));
  CHECK_THROWS_WITH(TraceWriter(p, {}, "/dev/full"), Contains("E-IO-004"));
}

TEST_CASE("A disk that fills up while a trace is written stops the run and leaves nothing behind") {
  ScratchDir dir;
  const Program p = drains(2000);
  struct rlimit before = {};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  struct rlimit small = before;
  small.rlim_cur = 200000;  // the trace is over 300 KB
  std::signal(SIGXFSZ, SIG_IGN);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  std::string what;
  try {
    write_trace(p, dir / "t");
  } catch (const Error& e) {
    what = e.what();
  }
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK_THAT(what, Contains("E-IO-004") && Contains("writing: EFBIG"));
  CHECK(std::filesystem::is_empty(dir / "."));
}
