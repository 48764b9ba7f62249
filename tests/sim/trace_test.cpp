// Every way in which a trace can be damaged is found and named (R1, R2).
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "tests/sim/trace_file_text.h"

using namespace vernier;
using Catch::Matchers::Contains;

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
