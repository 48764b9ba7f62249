// post.copy: which bytes go where, and how many vectors they need.
#include <catch2/catch.hpp>

#include "tests/cycle/post_program.h"

using namespace vernier;
using namespace vernier::cycle;

namespace {

struct Copy {
  int rows, a_y0, a_byte, a_step, o_y0, o_byte, o_step;
  int runs, length, a_pitch, o_pitch;
  bool fill = false;
};

PostProgram program_of(const Copy& c, int lanes = 16) {
  PostProgram p;
  p.config.post_lanes = lanes;
  p.ofmap = "width=64 channels=1 lo=-128 hi=127 zero_point=-77";
  p.background = 21;
  p.descriptors = {
      fmt::format("post.stride runs={} length={} a_step={} a_pitch={} o_step={} o_pitch={}", c.runs,
                  c.length, c.a_step, c.a_pitch, c.o_step, c.o_pitch)};
  p.insn = fmt::format("post.copy rows={} a_y0={} a_byte={} o_y0={} o_byte={} fill={}", c.rows,
                       c.a_y0, c.a_byte, c.o_y0, c.o_byte, c.fill ? 1 : 0);
  return p;
}

// What the copy makes of an output of 21s, plainly.
std::vector<std::uint8_t> expected(const Copy& c) {
  std::vector<std::uint8_t> out(PostProgram::kRows * PostProgram::kRowBytes, 21);
  for (int r = 0; r < c.rows; ++r) {
    for (int i = 0; i < c.runs; ++i) {
      for (int k = 0; k < c.length; ++k) {
        const int at =
            (c.o_y0 + r * c.o_step) * PostProgram::kRowBytes + c.o_byte + i * c.o_pitch + k;
        out[static_cast<std::size_t>(at)] =
            c.fill ? static_cast<std::uint8_t>(-77)
                   : PostProgram::byte_at(0, c.a_y0 + r * c.a_step, c.a_byte + i * c.a_pitch + k);
      }
    }
  }
  return out;
}

// Vectors of a copy, with its bytes and its last cycle checked on the way.
std::size_t vectors_of(const Copy& c, int lanes = 16) {
  const auto ran = program_of(c, lanes).run();
  CHECK(ran.out == expected(c));
  CHECK(ran.cycles == ran.closed_form);
  CHECK(ran.last_write == ran.cycles);
  CHECK(ran.cycles == 1 + static_cast<std::int64_t>(ran.writing) + 1);
  return ran.writing;
}

}  // namespace

TEST_CASE("A run longer than the lanes takes a vector for every started lanes bytes") {
  Copy c{1, 2, 3, 0, 4, 5, 1, 1, 15, 0, 0};
  CHECK(vectors_of(c) == 1);
  c.length = 16;
  CHECK(vectors_of(c) == 1);
  c.length = 17;
  CHECK(vectors_of(c) == 2);
  c.length = 33;
  CHECK(vectors_of(c) == 3);
  CHECK(vectors_of(c, 4) == 9);
}

TEST_CASE("Runs share a vector as long as the lanes hold them") {
  Copy c{1, 0, 0, 0, 0, 0, 1, 4, 4, 4, 4};
  CHECK(vectors_of(c) == 1);
  c.runs = 5;
  CHECK(vectors_of(c) == 2);
  c.length = 5;
  c.a_pitch = c.o_pitch = 5;
  CHECK(vectors_of(c) == 2);  // 3 runs of 5 and 2
  CHECK(vectors_of(c, 8) == 5);
}

TEST_CASE("Runs share a vector only where one word covers them on both sides") {
  // Single bytes 3 apart: the sixth ends with the word, a seventh would begin in the next.
  Copy read{1, 1, 2, 0, 1, 2, 1, 6, 1, 3, 1};
  CHECK(vectors_of(read) == 1);
  read.runs = 7;
  CHECK(vectors_of(read) == 2);
  Copy write{1, 1, 2, 0, 1, 2, 1, 6, 1, 1, 3};
  CHECK(vectors_of(write) == 1);
  write.runs = 7;
  CHECK(vectors_of(write) == 2);
  // 15 apart two single bytes fit, two runs of 2 do not.
  Copy far{1, 0, 0, 0, 0, 0, 1, 2, 1, 15, 15};
  CHECK(vectors_of(far) == 1);
  far.length = 2;
  CHECK(vectors_of(far) == 2);
}

TEST_CASE("A fill reads nothing, so only its writes limit a vector") {
  Copy c{2, 0, 0, 0, 1, 0, 3, 8, 1, 40, 1, true};
  CHECK(vectors_of(c) == 2);
  c.fill = false;
  c.a_pitch = 8;
  CHECK(vectors_of(c) == 8);
}

TEST_CASE("One row and one run can stand for many") {
  CHECK(vectors_of({4, 5, 7, 0, 0, 0, 2, 8, 2, 0, 4}) == 4 * 2);  // 4 runs end with the word
  CHECK(vectors_of({8, 0, 1, 1, 0, 0, 1, 16, 1, 3, 1}) == 8 * 3);
}

TEST_CASE("Rows are a step apart on either side") {
  CHECK(vectors_of({3, 1, 0, 2, 0, 9, 3, 2, 9, 20, 11}) == 3 * 2);
}
