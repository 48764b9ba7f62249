// Static checks of POST's strided copies, broadcasts, tables and means.
#include <catch2/catch.hpp>

#include "hw_models/spec/checker.h"
#include "hw_models/spec/error.h"
#include "tests/support/program_builder.h"

using namespace vernier;
using Catch::Contains;

namespace {

constexpr auto kAddress = "E-PRG-004", kOperand = "E-PRG-005";

// A legal program around one POST instruction; tests replace words of its lines.
struct Lines {
  std::vector<std::string> list;

  std::string finding(const std::string& from = "", const std::string& to = "") const {
    ProgramBuilder b{HwConfig{}};
    bool found = from.empty();
    for (std::string line : list) {
      const auto at = line.find(from);
      if (!from.empty() && at != std::string::npos) {
        line.replace(at, from.size(), to);
        found = true;
      }
      b.line(line);
    }
    REQUIRE(found);
    try {
      check_program(b.program(), "p.vern");
    } catch (const Error& e) {
      return e.what();
    }
    return "legal";
  }
};

// Runs of 3 bytes, 5 apart in A and 4 apart in the ofmap, of every second row.
const Lines kCopy{{
    "post.ofmap base=8192 row_pitch=16 width=4 channels=4 lo=-128 hi=127",
    "post.source_a row_pitch=18 height=7 width=18 channels=1",
    "post.stride runs=4 length=3 a_step=2 a_pitch=5 o_step=1 o_pitch=4",
    "post.copy rows=3 a_y0=2 o_y0=1 o_byte=1",
}};
const Lines kPair{{
    "post.ofmap base=8192 row_pitch=16 width=4 channels=4 lo=-128 hi=127",
    "post.source_a row_pitch=16 height=5 width=4 channels=4",
    "post.source_b base=4096 bank=1 row_pitch=16 height=5 width=4 channels=4",
    "post.mul y0=1 rows=4",
}};

}  // namespace

TEST_CASE("A copy may reach the last byte of its rows and the last of A's rows, and no further") {
  CHECK(kCopy.finding() == "legal");
  CHECK_THAT(kCopy.finding("o_byte=1", "o_byte=2"), Contains(kAddress) && Contains("2..17"));
  CHECK_THAT(kCopy.finding("o_byte=1", "o_byte=1 a_byte=1"),
             Contains(kAddress) && Contains("bytes of a row of A 1..19"));
  CHECK_THAT(kCopy.finding("a_y0=2", "a_y0=3"), Contains(kAddress) && Contains("rows of A 3..8"));
  CHECK(kCopy.finding("base=8192", "base=32752") == "legal");
  CHECK_THAT(kCopy.finding("base=8192", "base=32753"), Contains(kAddress) && Contains("32769"));
}

TEST_CASE("A fill does not look at A") {
  CHECK(kCopy.finding("a_y0=2", "a_y0=3 a_byte=99 fill=1") == "legal");
}

TEST_CASE("Runs and rows of a copy may not overlap where they are written") {
  CHECK(kCopy.finding("o_pitch=4", "o_pitch=3") == "legal");
  CHECK_THAT(kCopy.finding("o_pitch=4", "o_pitch=2"), Contains(kOperand) && Contains("o_pitch 2"));
  CHECK_THAT(kCopy.finding("o_step=1", "o_step=0"), Contains(kOperand) && Contains("o_step 0"));
  CHECK(kCopy.finding("a_step=2 a_pitch=5", "a_step=0 a_pitch=0") == "legal");
}

TEST_CASE("A copy needs a row, a run and a byte") {
  CHECK_THAT(kCopy.finding("rows=3", "rows=0"), Contains(kOperand) && Contains("rows 0"));
  CHECK_THAT(kCopy.finding("runs=4", "runs=0"), Contains(kOperand) && Contains("runs 0"));
  CHECK_THAT(kCopy.finding("length=3", "length=0"), Contains(kOperand) && Contains("length 0"));
  Lines without = kCopy;
  without.list.erase(without.list.begin() + 2);
  CHECK_THAT(without.finding(), Contains("no post.stride"));
}

TEST_CASE("Only a whole operand B must have A's rows") {
  CHECK(kPair.finding() == "legal");
  CHECK_THAT(kPair.finding("bank=1 row_pitch=16 height=5", "bank=1 row_pitch=16 height=4"),
             Contains(kAddress) && Contains("rows of B 1..5"));
  CHECK_THAT(kPair.finding("bank=1 row_pitch=16 height=5 width=4 channels=4",
                           "bank=1 row_pitch=16 height=5 width=2 channels=8"),
             Contains(kOperand));
  Lines pixel = kPair;
  pixel.list[2] = "post.source_b row_pitch=16 height=1 width=1 channels=4 broadcast=1";
  CHECK(pixel.finding() == "legal");
  pixel.list[2] = "post.source_b row_pitch=16 height=1 width=1 channels=3 broadcast=1";
  CHECK_THAT(pixel.finding(), Contains(kOperand) && Contains("operand B has rows of 1 x 3"));
  pixel.list[2] = "post.source_b row_pitch=16 height=1 width=1 channels=1 broadcast=2";
  CHECK(pixel.finding() == "legal");
  pixel.list[2] = "post.source_b row_pitch=16 height=1 width=1 channels=1 broadcast=3";
  CHECK_THAT(pixel.finding(), Contains(kOperand) && Contains("broadcast 3, must be 0..2"));
  pixel.list.erase(pixel.list.begin() + 2);
  CHECK_THAT(pixel.finding(), Contains("no post.source_b"));
}

TEST_CASE("A difference is one of two, and only an average has a sum to scale") {
  Lines sum = kPair;
  sum.list[3] = "post.add y0=1 rows=4 subtract=2";
  CHECK(sum.finding() == "legal");
  CHECK_THAT(sum.finding("subtract=2", "subtract=3"), Contains(kOperand) && Contains("subtract 3"));
  Lines mean = kPair;
  mean.list[2] = "post.window kernel_h=2 kernel_w=1 stride_h=1 stride_w=1";
  mean.list[3] = "post.pool rows=1 average=1 scaled=1";
  CHECK(mean.finding() == "legal");
  CHECK_THAT(mean.finding("average=1 scaled=1", "average=1"), Contains("reciprocal 0"));
  CHECK_THAT(mean.finding("average=1 scaled=1", "scaled=1"),
             Contains(kOperand) && Contains("scaled 1"));
}

TEST_CASE("Zero points follow the sign of the codes") {
  CHECK_THAT(kPair.finding("height=5 width=4", "zero_point=200 height=5 width=4"),
             Contains("zero_point 200, must be -128..127"));
  CHECK(kPair.finding("height=5 width=4", "zero_point=200 is_unsigned=1 height=5 width=4") ==
        "legal");
}
