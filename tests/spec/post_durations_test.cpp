// How long POST's copies, products and tables last, at the corners of their closed forms.
#include <catch2/catch.hpp>

#include "hw_models/spec/durations.h"
#include "hw_models/spec/machine.h"

using namespace vernier;

namespace {

HwConfig lanes_of(int lanes) {
  HwConfig c;
  c.post_lanes = lanes;
  return c;
}

std::int64_t together(const HwConfig& c, int runs, int length, int a_pitch, int o_pitch,
                      bool fill = false) {
  insn::PostStride s;
  s.runs = runs;
  s.length = length;
  s.a_pitch = a_pitch;
  s.o_pitch = o_pitch;
  insn::PostCopy copy;
  copy.fill = fill ? 1 : 0;
  return copy_runs_together(c, s, copy);
}

}  // namespace

TEST_CASE("Runs share a vector up to its lanes") {
  CHECK(together(lanes_of(16), 99, 1, 1, 1) == 16);
  CHECK(together(lanes_of(16), 99, 5, 5, 5) == 3);
  CHECK(together(lanes_of(16), 99, 8, 8, 8) == 2);
  CHECK(together(lanes_of(16), 99, 9, 9, 9) == 1);
  CHECK(together(lanes_of(16), 99, 17, 17, 17) == 1);
  CHECK(together(lanes_of(4), 99, 2, 2, 2) == 2);
  CHECK(together(lanes_of(16), 3, 1, 1, 1) == 3);
}

TEST_CASE("Runs share a vector up to one word of the activation memory") {
  const HwConfig c = lanes_of(16);
  REQUIRE(c.act_word_bytes() == 16);
  CHECK(together(c, 99, 1, 5, 1) == 4);  // bytes 0, 5, 10, 15
  CHECK(together(c, 99, 1, 1, 5) == 4);
  CHECK(together(c, 99, 2, 5, 2) == 3);  // the fourth would end behind byte 16
  CHECK(together(c, 99, 1, 15, 1) == 2);
  CHECK(together(c, 99, 1, 16, 1) == 1);
  CHECK(together(c, 99, 1, 16, 1, true) == 16);
  HwConfig wide = c;
  wide.dram_bytes_per_cycle = 32;
  REQUIRE(wide.act_word_bytes() == 32);
  CHECK(together(wide, 99, 1, 5, 1) == 7);
}

TEST_CASE("A copy's vectors are rows times vectors of a row") {
  PostRegisters r;
  r.stride.runs = 10;
  r.stride.length = 3;
  r.stride.a_pitch = r.stride.o_pitch = 3;
  insn::PostCopy c;
  c.rows = 7;
  CHECK(post_vectors(lanes_of(16), r, c) == 7 * 2);  // 5 runs of 3 in 16
  CHECK(post_duration(lanes_of(16), r, c) == 1 + 14 + 1);
  r.stride.length = 33;
  CHECK(post_vectors(lanes_of(16), r, c) == 7 * 10 * 3);
}

TEST_CASE("Products and sums fetch a broadcast operand in cycles of their own") {
  PostRegisters r;
  r.a.width = r.ofmap.width = 5;
  r.a.channels = r.ofmap.channels = 17;
  insn::PostMul m;
  m.rows = 3;
  insn::PostAdd a;
  a.rows = 3;
  const HwConfig c = lanes_of(16);
  CHECK(post_duration(c, r, m) == 1 + 3 * 6 + 1 + 1 + 4);
  CHECK(post_duration(c, r, a) == 1 + 3 * 6 + 1 + 4 + 4);
  r.b.broadcast = kBroadcastPixel;
  CHECK(post_duration(c, r, m) == 1 + 2 * (1 + 15) + 1 + 1 + 4);
  CHECK(post_duration(c, r, a) == 1 + 2 * (1 + 15) + 1 + 4 + 4);
  r.a.channels = 16;
  CHECK(post_vectors(c, r, m) == 1 + 15);
  r.b.broadcast = kBroadcastByte;
  CHECK(post_vectors(c, r, m) == 1 + 3 * 5);
}

TEST_CASE("A table is read once for each vector") {
  PostRegisters r;
  r.a.width = 1;
  r.a.channels = 33;
  insn::PostLut t;
  t.rows = 2;
  CHECK(post_duration(lanes_of(16), r, t) == 1 + 6 + 1 + 1);
}
