#include <catch2/catch.hpp>

#include "hw_models/golden/explain.h"
#include "tests/golden/small_graph.h"

using namespace vernier;
using Codes = std::vector<int>;

TEST_CASE("a depthwise channel sees its own input channel alone") {
  SmallGraph g(OpType::DepthwiseConv);
  g.input({1, 1, 2, 2}).weights({1, 1, 2, 2}, {1, 2, 3, 4}).no_bias().output({1, 1, 1, 2});
  g.attrs().filter_w = 2;
  // channel 0: 1 * 5 + 3 * 7; channel 1: 2 * 6 + 4 * 8
  CHECK(g.run({{5, 6, 7, 8}}) == Codes{26, 44});
}

TEST_CASE("a depth multiplier gives its input channel consecutive output channels") {
  SmallGraph g(OpType::DepthwiseConv);
  g.input({1, 1, 1, 2}, {1.0F, 1}).weights({1, 1, 1, 6}, {1, 2, 3, 4, 5, 6}).no_bias();
  g.output({1, 1, 1, 6});
  g.attrs().depth_multiplier = 3;
  CHECK(g.run({{3, 11}}) == Codes{2, 4, 6, 40, 50, 60});
}

TEST_CASE("depthwise padding, stride and dilation are those of a convolution") {
  SmallGraph g(OpType::DepthwiseConv);
  g.input({1, 5, 1, 1}, {1.0F, -3}).weights({1, 2, 1, 1}, {1, 10}).no_bias();
  g.output({1, 3, 1, 1});
  g.attrs().filter_h = 2;
  g.attrs().stride_h = 2;
  g.attrs().dilation_h = 2;
  g.attrs().pad_bottom = 2;
  // x - zx = 1 2 3 4 5; taps y and y + 2 for y = 0, 2, 4.
  CHECK(g.run({{-2, -1, 0, 1, 2}}) == Codes{31, 53, 5});
}

TEST_CASE("depthwise weights have one scale per output channel") {
  SmallGraph g(OpType::DepthwiseConv);
  g.input({1, 1, 1, 1}).weights({1, 1, 1, 2}, {8, 8}, {1.0F, 0.25F}, 3).bias({0, 4});
  g.output({1, 1, 1, 2});
  g.attrs().depth_multiplier = 2;
  CHECK(g.run({{3}}) == Codes{24, 7});
}

TEST_CASE("depthwise products wrap at the accumulator's width") {
  SmallGraph g(OpType::DepthwiseConv);
  g.input({1, 3, 1, 1}).weights({1, 3, 1, 1}, {127, 127, 127}).no_bias();
  g.output({1, 1, 1, 1}, {1024.0F, 0});
  g.attrs().filter_h = 3;
  CHECK(g.run({{127, 127, 127}}) == Codes{47});         // 48387 / 1024 = 47.25
  CHECK(g.run({{127, 127, 127}}, {16}) == Codes{-17});  // -17149 / 1024 = -16.75
}

TEST_CASE("explain of a depthwise element sums the taps of its channel") {
  SmallGraph g(OpType::DepthwiseConv);
  g.input({1, 1, 2, 2}, {1.0F, 1}).weights({1, 1, 2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
  g.bias({100, 200, 300, 400}).output({1, 1, 1, 4}, {10.0F, 0});
  g.attrs().filter_w = 2;
  g.attrs().depth_multiplier = 2;
  const Graph graph = g.graph();
  const auto stages = golden::explain(graph, graph.ops[0], g.values({{2, 3, 4, 5}}), 3);
  REQUIRE(stages.size() == 5);
  CHECK(stages[0].value == 4 * 2 + 8 * 4);
  CHECK(stages[1].value == 440);
  CHECK(stages[4].value == 44);
}
