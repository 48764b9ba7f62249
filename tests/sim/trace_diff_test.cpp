// Comparing traces and turning them into tables.
#include "sim/trace_diff.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>
#include <string>

#include "hw_models/spec/error.h"
#include "sim/trace_csv.h"
#include "tests/sim/scratch_dir.h"
#include "tests/sim/trace_file_text.h"

using namespace vernier;
using Catch::Matchers::Contains;

namespace {

std::string told(const std::string& a, const std::string& b, int* code) {
  std::ostringstream out;
  *code = run_trace_diff(a, b, out);
  return out.str();
}

// A trace of three drains, the last of which writes `value`, without drain `without`.
void trace_of(const std::string& path, std::uint8_t value, int without = -1) {
  static const Program p = drains(3);
  TraceWriter w(p, {}, path);
  for (int pc = 0; pc < 3; ++pc) {
    if (pc != without) report_drain(&w, pc, pc == 2 ? value : std::uint8_t{7});
  }
  w.finish();
}

}  // namespace

TEST_CASE("Two traces of equal runs agree") {
  ScratchDir dir;
  trace_of(dir / "a", 7);
  trace_of(dir / "b", 7);
  int code = -1;
  CHECK(told(dir / "a", dir / "b", &code) == "traces agree: 18 records, last cycle 53\n");
  CHECK(code == kExitOk);
}

TEST_CASE("One value that differs is told with both records and the last that agrees") {
  ScratchDir dir;
  trace_of(dir / "a", 7);
  trace_of(dir / "b", 8);
  const TraceDiff d = diff_traces(dir / "a", dir / "b");
  CHECK(d.changed == 4);
  CHECK(d.agreed == 14);
  CHECK(d.only_a + d.only_b == 0);
  CHECK(d.record_a == 14);
  CHECK(d.record_b == 14);
  CHECK(d.line_a == "write 50 2 0 16 07ff");
  CHECK(d.line_b == "write 50 2 0 16 08ff");
  CHECK(d.last_agreed == "start 40 POST 2 0 post.drain height=1 width=4 cols=8");
  int code = -1;
  CHECK_THAT(told(dir / "a", dir / "b", &code), Contains("record 14: write 50 2 0 16 08ff"));
  CHECK(code == kExitDivergence);
}

TEST_CASE("Records that one trace lacks are told, in the middle and at the end") {
  ScratchDir dir;
  trace_of(dir / "a", 7);
  trace_of(dir / "b", 7, 1);
  trace_of(dir / "c", 7, 2);
  const TraceDiff middle = diff_traces(dir / "a", dir / "b");
  CHECK(middle.only_a == 6);
  CHECK(middle.agreed == 12);
  CHECK(middle.record_a == 7);
  CHECK(middle.line_b == "");
  const TraceDiff end = diff_traces(dir / "c", dir / "a");
  CHECK(end.only_b == 6);
  CHECK(end.record_a == 0);
  CHECK(end.line_b == "start 40 POST 2 0 post.drain height=1 width=4 cols=8");
  int code = -1;
  CHECK_THAT(told(dir / "c", dir / "a", &code), Contains("has ended: no such record"));
  CHECK(code == kExitDivergence);
}

TEST_CASE("R3: traces of another model, machine, tool, profile, inputs or content are refused") {
  ScratchDir dir;
  const Program p = drains(2);
  write_trace(p, dir / "a");
  const auto refused = [&](const Program& other, const TraceInfo& info, const char* what) {
    write_trace(other, dir / "b", info);
    int code = -1;
    CHECK_THROWS_WITH(told(dir / "a", dir / "b", &code),
                      Contains("E-TRC-004") && Contains(std::string(": ") + what + " "));
  };
  Program other = p;
  other.model_sha256[63] = 'b';
  refused(other, {}, "model");
  other = p;
  other.config.dram_latency_cycles += 1;
  refused(other, {}, "config");
  other = p;
  other.profile = "other";
  refused(other, {}, "profile");
  TraceInfo info;
  info.inputs_sha256 = std::string(64, '0');
  refused(p, info, "inputs");
  info = {};
  info.values = false;
  refused(p, info, "content");
  // Another tool: an edited header breaks the checksum, but the refusal comes first.
  auto text = file_text(dir / "a");
  text.replace(text.find("tool "), 6, "tool 9");
  write_file_atomically(dir / "b", text);
  int code = -1;
  CHECK_THROWS_WITH(told(dir / "a", dir / "b", &code),
                    Contains("E-TRC-004") && Contains(": tool "));
}

TEST_CASE("R6: two traces without any record do not agree") {
  ScratchDir dir;
  write_trace(drains(0), dir / "a");
  write_trace(drains(0), dir / "b");
  int code = -1;
  CHECK(told(dir / "a", dir / "b", &code) == "nothing was compared: both traces hold no record\n");
  CHECK(code == kExitDivergence);
  write_file_atomically(dir / "a", std::string());
  write_file_atomically(dir / "b", std::string());
  CHECK_THROWS_WITH(told(dir / "a", dir / "b", &code), Contains("E-TRC-001"));
}

TEST_CASE("A damaged trace is told as damaged, not as a difference of the machines") {
  ScratchDir dir;
  trace_of(dir / "a", 7);
  trace_of(dir / "b", 7);
  auto text = file_text(dir / "b");
  text.replace(text.find("write 10 0 0 0 07ff"), 19, "write 10 0 0 0 06ff");
  write_file_atomically(dir / "b", text);
  int code = -1;
  CHECK_THROWS_WITH(told(dir / "a", dir / "b", &code), Contains("E-TRC-003"));
  write_file_atomically(dir / "b", text.substr(0, text.size() / 2));
  CHECK_THROWS_WITH(told(dir / "a", dir / "b", &code), Contains("E-TRC-002"));
}

TEST_CASE("A trace as CSV has thirteen fields in every row and all of a record's content") {
  ScratchDir dir;
  const Program p = drains(1);
  TraceInfo info;
  info.accumulators = true;
  TraceWriter w(p, info, dir / "t");
  w.dram(0, 40, cycle::kBootPc, false, 0, 16);
  w.dram(3, 44, 0, true, 255, 32);
  const std::int32_t sums[2] = {-1, 9};
  w.accumulate(5, 0, 1, 2, sums, 2);
  report_drain(&w, 0);
  w.finish();
  write_trace_csv(dir / "t", dir / "t.csv");
  const auto rows = lines_of(file_text(dir / "t.csv"));
  const std::vector<std::string> want = {
      "cycle,kind,engine,pc,layer,last,direction,address,bytes,place,offset,data,text",
      "0,dram,,boot,,40,read,0,16,,,,",
      "0,start,POST,0,0,,,,,,,,post.drain height=1 width=4 cols=8",
      "3,dram,,0,,44,write,255,32,,,,",
      "5,acc,,0,,,,,,1,2,-1 9,",
      "10,write,,0,,,,,2,0,0,07ff,",
      "11,write,,0,,,,,2,1,0,07ff,",
      "12,write,,0,,,,,2,2,0,07ff,",
      "13,write,,0,,,,,2,3,0,07ff,",
      "13,end,POST,0,0,,,,,,,,"};
  CHECK(rows == want);
  for (const auto& row : rows) CHECK(std::count(row.begin(), row.end(), ',') == 12);
}

TEST_CASE("A damaged trace leaves no CSV") {
  ScratchDir dir;
  trace_of(dir / "t", 7);
  const auto text = file_text(dir / "t");
  write_file_atomically(dir / "t", text.substr(0, text.size() - 3));
  CHECK_THROWS_AS(write_trace_csv(dir / "t", dir / "t.csv"), Error);
  CHECK_FALSE(std::filesystem::exists(dir / "t.csv"));
}
