// How movements are split into post.copy: as few instructions and cycles as their steps allow.
#include "tests/compiler/plan_cases.h"

using namespace vernier;
using compiler::CopyPlan;
using compiler::LayerPlan;

namespace {

// Copies of the first operator.
std::vector<CopyPlan> copies_of(const ModelBuilder& m, const HwConfig& config = {}) {
  const Compiled c(m, config);
  REQUIRE(c.layer(0).mode == LayerPlan::Mode::kVector);
  return c.layer(0).vector.copies;
}

ModelBuilder transposed(const Shape& shape, const std::vector<int>& perm) {
  ModelBuilder m;
  const int x = m.input(shape, 0.1F, 0);
  m.mark_output(m.transpose(x, perm));
  m.mark_output(m.relu(x, 0.1F, 0));  // a second reader: the planes stay apart in DRAM
  return m;
}

}  // namespace

TEST_CASE("a concatenation of channels is one copy an input, a run for each pixel") {
  ModelBuilder m;
  const int x = m.input({1, 4, 5, 6}, 0.1F, 0), y = m.input({1, 4, 5, 3}, 0.1F, 0);
  m.mark_output(m.concatenation({x, y}, 3, 0.1F, 0));
  const auto copies = copies_of(m);
  REQUIRE(copies.size() == 2);
  CHECK(copies[1].a == y);
  CHECK(copies[1].copy.rows == 4);
  CHECK(copies[1].copy.o_byte == 6);
  CHECK(copies[1].stride.runs == 5);
  CHECK(copies[1].stride.length == 3);
  CHECK(copies[1].stride.a_pitch == 3);
  CHECK(copies[1].stride.o_pitch == 9);
}

TEST_CASE("a concatenation of rows copies whole rows") {
  ModelBuilder m;
  const int x = m.input({1, 4, 5, 6}, 0.1F, 0), y = m.input({1, 2, 5, 6}, 0.1F, 0);
  m.mark_output(m.concatenation({x, y}, 1, 0.1F, 0));
  const auto copies = copies_of(m);
  REQUIRE(copies.size() == 2);
  CHECK(copies[1].copy.o_y0 == 4);
  CHECK(copies[1].copy.rows == 2);
  CHECK(copies[1].stride.length == 30);
}

TEST_CASE("a border of rows and pixels is four fills and one copy") {
  ModelBuilder m;
  m.mark_output(m.pad(m.input({1, 4, 5, 6}, 0.1F, 7), {0, 1, 2, 0}, {0, 3, 1, 0}));
  const auto copies = copies_of(m);
  REQUIRE(copies.size() == 5);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(copies[i].a == -1);
    CHECK(copies[i].copy.fill == 1);
  }
  CHECK(copies[0].stride.length == 8 * 6);
  CHECK(copies[2].copy.rows == 4);
  CHECK(copies[2].stride.length == 12);
  CHECK(copies[4].stride.length == 30);
  CHECK(copies[4].copy.o_y0 == 1);
  CHECK(copies[4].copy.o_byte == 12);
}

TEST_CASE("planes become pixels with one copy a plane") {
  const auto copies = copies_of(transposed({1, 3, 24, 20}, {0, 2, 3, 1}));
  REQUIRE(copies.size() == 3);
  CHECK(copies[1].copy.rows == 24);
  CHECK(copies[1].a_within == 20);  // rows of the image are pieces of the plane's one row
  CHECK(copies[1].stride.o_step == 1);
  CHECK(copies[1].stride.runs == 20);
}

TEST_CASE("pixels become planes with one copy a plane") {
  const auto copies = copies_of(transposed({1, 24, 20, 3}, {0, 3, 1, 2}));
  REQUIRE(copies.size() == 3);
  CHECK(copies[1].copy.rows == 24);
  CHECK(copies[1].o_within == 20);
  CHECK(copies[1].stride.a_pitch == 3);
}

TEST_CASE("planes of a graph input that nothing else reads are brought together by LOAD") {
  ModelBuilder m;
  const int x = m.input({1, 3, 24, 20}, 0.1F, 0);
  m.mark_output(m.transpose(x, {0, 2, 3, 1}));
  const Compiled c(m, {});
  CHECK(c.plan.tensor(x).planes == 3);
  CHECK(c.plan.tensor(x).rows.h == 24);
  REQUIRE(c.layer(0).vector.copies.size() == 3);
  for (const auto& copy : c.layer(0).vector.copies) {
    CHECK(copy.a_within == 0);
    CHECK(copy.stride.a_step == 1);
  }
}

TEST_CASE("twice the size writes the two pixels that a pixel becomes in one vector") {
  ModelBuilder m;
  m.mark_output(m.resize_nearest(m.input({1, 4, 5, 6}, 0.1F, 0), 8, 10));
  const auto copies = copies_of(m);
  CHECK(copies.size() == 10);  // two rows that a row becomes, 5 pixels
  for (const auto& c : copies) {
    CHECK(c.copy.rows == 4);
    CHECK(c.stride.o_step == 2);
    CHECK(c.stride.runs == 2);
    CHECK(c.stride.a_pitch == 0);
    CHECK(c.stride.o_pitch == 6);
  }
}

TEST_CASE("a movement that moves nothing is another name") {
  ModelBuilder m;
  const int x = m.input({1, 1, 5, 6}, 0.1F, 0);
  m.mark_output(m.transpose(x, {1, 0, 2, 3}));
  m.mark_output(m.strided_slice(x, {0, 0, 0, 0}, {1, 1, 5, 6}, {1, 1, 1, 1}));
  const Compiled c(m, {});
  CHECK(c.layer(0).mode == LayerPlan::Mode::kAlias);
  CHECK(c.layer(1).mode == LayerPlan::Mode::kAlias);
}

TEST_CASE("broadcasts that are neither a pixel nor a byte are refused by name") {
  ModelBuilder m;
  const int x = m.input({1, 4, 5, 6}, 0.1F, 0), y = m.input({1, 4, 5, 1}, 0.1F, 0);
  m.mark_output(m.mul(x, y, {}, 0.1F, 0));
  CHECK_THROWS_WITH(copies_of(m), Catch::Contains("op 0 MUL") &&
                                      Catch::Contains("1x4x5x6 and 1x4x5x1") &&
                                      Catch::Contains("one pixel of its channels"));
}
