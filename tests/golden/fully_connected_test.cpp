#include <catch2/catch.hpp>

#include "hw_models/golden/explain.h"
#include "tests/golden/small_graph.h"

using namespace vernier;
using Codes = std::vector<int>;

TEST_CASE("a fully connected layer is one dot product per row and output channel") {
  SmallGraph g(OpType::FullyConnected);
  g.input({2, 3}, {1.0F, 1}).weights({2, 3}, {1, 2, 3, -1, -2, -3}).bias({10, 20});
  g.output({2, 2}, {1.0F, 3});
  // x - zx = {0, 1, 2}, {3, 4, 5}: 8 and 26
  CHECK(g.run({{1, 2, 3, 4, 5, 6}}) == Codes{21, 15, 39, -3});
}

TEST_CASE("an input of higher rank is read as rows of the weights' depth") {
  SmallGraph g(OpType::FullyConnected);
  g.input({1, 2, 1, 2}).weights({1, 4}, {1, 2, 4, 8}).output({1, 1});
  CHECK(g.run({{1, 1, 2, 3}}) == Codes{35});
}

TEST_CASE("the deepest layer sums modulo 2^32 without a signed overflow") {
  // 100,000 x 255 x 127 = 3,238,500,000 = -1,056,467,296 modulo 2^32.
  constexpr int kDepth = 100000;
  SmallGraph g(OpType::FullyConnected);
  g.input({1, kDepth}, {1.0F, -128}).weights({1, kDepth}, Codes(kDepth, 127));
  g.output({1, 1}, {16777216.0F, 0});
  CHECK(g.run({Codes(kDepth, 127)}) == Codes{-63});  // / 2^24 = -62.97
}

TEST_CASE("explain of a fully connected element gives the sum of its row") {
  SmallGraph g(OpType::FullyConnected);
  g.input({2, 2}).weights({2, 2}, {1, 2, 3, 4}).bias({5, 6}).output({2, 2}, {2.0F, 0});
  const Graph graph = g.graph();
  const auto stages = golden::explain(graph, graph.ops[0], g.values({{1, 1, 10, 20}}), 3);
  CHECK(stages.at(0).value == 110);
  CHECK(stages.at(1).value == 116);
  CHECK(stages.at(4).value == 58);
}

TEST_CASE("in profile litert-ref the scale of a fully connected layer is a double, ties go away") {
  SmallGraph g(OpType::FullyConnected);
  g.input({1, 1}).weights({1, 1}, {1}).output({1, 1}, {2.0F, 0});
  CHECK(g.profile(Profile::kLitertRef).run({{-1}}) == Codes{-1});
  CHECK(g.profile(Profile::kTflm).run({{-1}}) == Codes{0});
  CHECK(g.profile(Profile::kF32).run({{-1}}) == Codes{0});
  CHECK(g.profile(Profile::kF32).run({{-3}}) == Codes{-2});
  CHECK(g.profile(Profile::kLitertRef).run({{3}}) == Codes{2});
}

TEST_CASE("weights per channel have no zero point in a fully connected layer") {
  SmallGraph g(OpType::FullyConnected);
  g.input({1, 1}).weights({2, 1}, {3, 3}, {1.0F, 2.0F}).output({1, 2});
  CHECK(g.run({{5}}) == Codes{15, 30});
}
