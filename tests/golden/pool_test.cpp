#include <catch2/catch.hpp>
#include <utility>

#include "tests/golden/small_graph.h"

using namespace vernier;
using Codes = std::vector<int>;

namespace {

// The average of `count` codes that sum to `sum`, as one window.
int average(int sum, int count) {
  SmallGraph g(OpType::AveragePool);
  g.input({1, 1, count, 1}).output({1, 1, 1, 1});
  g.attrs().filter_w = count;
  Codes codes(static_cast<std::size_t>(count), sum / count);
  for (int i = 0; i < sum % count; ++i) codes[static_cast<std::size_t>(i)] += 1;
  for (int i = 0; i < -(sum % count); ++i) codes[static_cast<std::size_t>(i)] -= 1;
  return g.run({codes}).at(0);
}

}  // namespace

TEST_CASE("an average rounds halves away from zero: the directed vectors of numerics.md 6") {
  CHECK(average(1, 2) == 1);
  CHECK(average(-1, 2) == -1);
  CHECK(average(3, 2) == 2);
  CHECK(average(-3, 2) == -2);
  CHECK(average(4, 9) == 0);
  CHECK(average(5, 9) == 1);
  CHECK(average(-4, 9) == 0);
  CHECK(average(-5, 9) == -1);
  CHECK(average(31, 64) == 0);
  CHECK(average(32, 64) == 1);
  CHECK(average(-32, 64) == -1);
  CHECK(average(-8192, 64) == -128);
}

TEST_CASE("an average divides by the taps inside the image") {
  SmallGraph g(OpType::AveragePool);
  g.input({1, 2, 2, 1}).output({1, 2, 2, 1});
  g.attrs().filter_h = g.attrs().filter_w = 2;
  g.attrs().pad_right = g.attrs().pad_bottom = 1;
  CHECK(g.run({{1, 3, 5, 7}}) == Codes{4, 5, 6, 7});
  g.attrs().pad_top = g.attrs().pad_left = 1;
  g.attrs().pad_bottom = g.attrs().pad_right = 0;
  CHECK(g.run({{1, 3, 5, 7}}) == Codes{1, 2, 3, 4});
}

TEST_CASE("a maximum is taken over the taps inside the image, per channel") {
  SmallGraph g(OpType::MaxPool);
  g.input({1, 1, 3, 2}).output({1, 1, 2, 2});
  g.attrs().filter_w = 2;
  g.attrs().stride_w = 2;
  g.attrs().pad_right = 1;
  // Padding is no value: the last window holds -100 and -90 alone.
  CHECK(g.run({{-5, 1, -7, 2, -100, -90}}) == Codes{-5, 2, -100, -90});
}

TEST_CASE("pools clamp at the fused activation") {
  for (const OpType type : {OpType::AveragePool, OpType::MaxPool}) {
    SmallGraph g(type);
    g.input({1, 1, 3, 1}, {0.1F, -20}).output({1, 1, 3, 1}, {0.1F, -20});
    g.attrs().activation = Activation::kRelu6;
    CHECK(g.run({{-30, 0, 100}}) == Codes{-20, 0, 40});
  }
}

TEST_CASE("every image of a batch is pooled alone") {
  for (const OpType type : {OpType::AveragePool, OpType::MaxPool}) {
    SmallGraph g(type);
    g.input({2, 1, 2, 1}).output({2, 1, 1, 1});
    g.attrs().filter_w = 2;
    CHECK(g.run({{4, 4, -9, -9}}) == Codes{4, -9});
  }
}
