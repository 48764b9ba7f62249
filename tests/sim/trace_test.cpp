// The trace format: order, round trip, and every way in which a file can be damaged.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <string>

#include "hw_models/spec/error.h"
#include "sim/trace_horizon.h"
#include "sim/trace_reader.h"
#include "tests/sim/scratch_dir.h"
#include "tests/sim/trace_file_text.h"

using namespace vernier;
using Catch::Matchers::Contains;

namespace {

std::vector<TraceRecord> read_all(const std::string& path) {
  TraceReader reader(path);
  std::vector<TraceRecord> records;
  for (TraceRecord r; reader.next(&r);) records.push_back(r);
  return records;
}

// What reading the file says; "" when it is accepted.
std::string refusal(const std::string& path, ErrorId* id = nullptr) {
  try {
    read_all(path);
    return "";
  } catch (const Error& e) {
    if (id != nullptr) *id = e.id();
    return e.what();
  }
}

constexpr int kDrains = 3, kRecords = 6 * kDrains;

// A trace of 18 records in lines 9..26, closed in line 27.
struct Recorded {
  ScratchDir dir;
  std::string path = dir / "t.trace";
  std::string text;
  std::vector<std::string> lines;

  Recorded() {
    write_trace(drains(kDrains), path);
    text = file_text(path);
    lines = lines_of(text);
  }
  std::string edited(const std::string& to, ErrorId* id = nullptr) {
    write_file_atomically(path, to);
    return refusal(path, id);
  }
};

}  // namespace

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
  REQUIRE(records.size() == kRecords);
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

TEST_CASE("R1: a trace cut at any byte is told incomplete, with its last good cycle") {
  Recorded t;
  int complete_records = 0;
  std::size_t at = 0;
  for (std::size_t cut = 1; cut < t.text.size(); ++cut) {
    while (t.text.find('\n', at) < cut) at = t.text.find('\n', at) + 1;
    complete_records = static_cast<int>(lines_of(t.text.substr(0, at)).size()) - 9;
    ErrorId id = ErrorId::Internal;
    const std::string what = t.edited(t.text.substr(0, cut), &id);
    INFO("cut at byte " << cut << ": " << what);
    if (at == 0) {  // not even the first line
      CHECK(id == ErrorId::TraceFormat);
      continue;
    }
    CHECK(id == ErrorId::TraceIncomplete);
    const int n = std::max(complete_records, 0);
    const int drain = (n - 1) / 6, within = (n - 1) % 6;
    const int cycle = 20 * drain + (within == 0 ? 0 : std::min(9 + within, 13));
    CHECK_THAT(what, Contains("incomplete: no end record, last good cycle " +
                              (n == 0 ? "none" : std::to_string(cycle)) + " (record " +
                              std::to_string(n) + ")"));
  }
}

TEST_CASE("R2: every changed character of a trace is found") {
  Recorded t;
  for (std::size_t i = 0; i < t.text.size(); ++i) {
    for (const char to : {'0', '1', ' ', '\n', 'x'}) {
      if (t.text[i] == to) continue;
      std::string changed = t.text;
      changed[i] = to;
      INFO("byte " << i << " to '" << to << "'");
      CHECK(t.edited(changed) != "");
    }
  }
}

TEST_CASE("R2: an edited record is named by the records under its checksum") {
  Recorded t;
  auto lines = t.lines;
  REQUIRE(lines[10] == "write 10 0 0 0 07ff");
  lines[10] = "write 10 0 0 0 06ff";
  ErrorId id{};
  CHECK_THAT(t.edited(joined(lines), &id), Contains("records 1..18: checksum "));
  CHECK(id == ErrorId::TraceDamaged);
}

TEST_CASE("R2: records that go back, repeat or change places are named by their number") {
  Recorded t;
  const auto with = [&t](auto edit) {
    auto lines = t.lines;
    edit(lines);
    ErrorId id{};
    const auto what = t.edited(joined(lines), &id);
    CHECK(id == ErrorId::TraceDamaged);
    return what;
  };
  CHECK_THAT(with([](auto& l) { std::swap(l[10], l[11]); }),
             Contains("record 3: its cycle goes back: 'write 10 0 0 0 07ff' behind cycle 11"));
  CHECK_THAT(with([](auto& l) { l.insert(l.begin() + 11, l[10]); }),
             Contains("record 3: the same as the record before"));
  // Two records of cycle 13: the last write and the end.
  CHECK_THAT(with([](auto& l) { std::swap(l[13], l[14]); }),
             Contains("record 6: out of the order within its cycle"));
  // A line lost without a trace of it in the order: the count tells.
  CHECK_THAT(with([](auto& l) { l.erase(l.begin() + 12); }),
             Contains("behind record 17: 'close last records=18"));
}

TEST_CASE("R2: a whole block that is missing or added behind the end is found") {
  ScratchDir dir;
  const std::string path = dir / "t";
  write_trace(drains(400), path);  // 2400 records: check lines behind 1024 and 2048
  auto lines = lines_of(file_text(path));
  REQUIRE(lines[9 + 1024].rfind("check 1024 ", 0) == 0);
  REQUIRE(refusal(path) == "");
  auto missing = lines;
  missing.erase(missing.begin() + 9, missing.begin() + 9 + 1025);
  write_file_atomically(path, joined(missing));
  CHECK_THAT(refusal(path), Contains("a check line") || Contains("check 2048"));
  auto unchecked = lines;
  unchecked.erase(unchecked.begin() + 9 + 1024);
  write_file_atomically(path, joined(unchecked));
  CHECK_THAT(refusal(path), Contains("no check line behind record 1024"));
  write_file_atomically(path, joined(lines) + "x");
  CHECK_THAT(refusal(path), Contains("bytes behind the end record, record 2400"));
  write_file_atomically(path, joined(lines) + lines[20] + "\n");
  CHECK_THAT(refusal(path), Contains("bytes behind the end record"));
}

TEST_CASE("Lines that are no record in the canonical form are refused by number and text") {
  Recorded t;
  for (const char* bad : {"",
                          " ",
                          "write",
                          "write 10 0 0 0",
                          "write 10 0 0 0 ",
                          "write 10 0 0 0 0",
                          "write 10 0 0 0 7FF0",
                          "write 010 0 0 0 07ff",
                          "write +10 0 0 0 07ff",
                          "write -1 0 0 0 07ff",
                          "write 10 0 0 0 07ff ",
                          "write 10  0 0 0 07ff",
                          "write 10 0 0 0 07ff\r",
                          "write 99999999999999999999 0 0 0 07",
                          "write 10 boot 0 0 07",
                          "acc 10 0 0 0 1,",
                          "acc 10 0 0 0 ",
                          "acc 10 0 0 0 2147483648",
                          "dram 10 9 0 read 0x00000000 4",
                          "dram 10 12 0 READ 0x00000000 4",
                          "dram 10 12 0 read 0 4",
                          "dram 10 12 0 read 0x00000000 0",
                          "end 10 GPU 0 0",
                          "end 10 POST 0 -1",
                          "start 10 POST 0 0 ",
                          "start 10 POST 0 0 rm -rf /",
                          "start 10 MAC 0 0 post.drain height=1",
                          "start 10 POST 0 0 post.drain height=0",
                          "start 10 POST 0 0 post.drain height=1 cols=99999",
                          "note 10 hello",
                          "\x1b[31mred"}) {
    auto lines = t.lines;
    lines[10] = bad;
    ErrorId id{};
    const auto what = t.edited(joined(lines), &id);
    INFO(bad << " -> " << what);
    CHECK(id == ErrorId::TraceFormat);
    CHECK_THAT(what, Contains("record 2: '"));
    CHECK(what.find('\x1b') == std::string::npos);
  }
  auto lines = t.lines;
  lines[10] = std::string(1 << 20, 'a');
  CHECK_THAT(t.edited(joined(lines)), Contains("record 2: a line of more than 16384 bytes"));
}

TEST_CASE("Files that are no trace are refused by their first line") {
  ScratchDir dir;
  const auto of = [&dir](const std::string& text) {
    write_file_atomically(dir / "x", text);
    return refusal(dir / "x");
  };
  CHECK_THAT(of(""), Contains("begins with no line, wanted 'vernier-trace 1'"));
  CHECK_THAT(of("vernier-trace 2\n"), Contains("begins with 'vernier-trace 2'"));
  CHECK_THAT(of(std::string("\0\0\n", 3)), Contains("begins with '\\x00\\x00'"));
  CHECK_THAT(of(std::string(100000, 'a')), Contains("a line of more than 16384 bytes"));
  CHECK_THAT(refusal(dir / "none"), Contains("E-IO-001"));
  CHECK_THAT(refusal(dir / "."), Contains("E-IO-002"));
  Recorded t;
  auto lines = t.lines;
  lines[3] = "model " + std::string(63, 'a');
  CHECK_THAT(t.edited(joined(lines)), Contains("header lines are not in their canonical form"));
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
