// ADD, QUANTIZE and RESHAPE.
#include <catch2/catch.hpp>

#include "hw_models/golden/explain.h"
#include "hw_models/spec/error.h"
#include "tests/golden/small_graph.h"

using namespace vernier;
using Codes = std::vector<int>;

TEST_CASE("the ADD of ResNet-8 op 3 gives the directed vectors of numerics.md 6") {
  SmallGraph g(OpType::Add);
  g.input({1, 6}, {0.0393935516F, -128}).input({1, 6}, {0.104194961F, 4});
  g.output({1, 6}, {0.0509456731F, -128});
  g.attrs().activation = Activation::kRelu;
  CHECK(g.run({{-128, 127, -128, 0, -100, 12}, {4, 127, -128, 0, 50, -37}}) ==
        Codes{-128, 127, -128, -37, -12, -104});
}

TEST_CASE("an ADD of equal scales is a plain sum of values") {
  SmallGraph g(OpType::Add);
  g.input({1, 3}, {0.5F, 10}).input({1, 3}, {0.5F, -20}).output({1, 3}, {0.5F, 5});
  CHECK(g.run({{10, 20, 127}, {-20, 0, 127}}) == Codes{5, 35, 127});
}

TEST_CASE("an ADD repeats a channel vector, a row or a scalar, on either side") {
  const Codes image{0, 1, 2, 3, 4, 5, 6, 7};
  const auto sum = [&](const Shape& shape, const Codes& codes, bool first, bool constant) {
    SmallGraph g(OpType::Add);
    const auto operand = [&] {
      if (constant) {
        g.constant(shape, codes);
      } else {
        g.input(shape);
      }
    };
    if (first) operand();
    g.input({1, 2, 2, 2});
    if (!first) operand();
    g.output({1, 2, 2, 2});
    if (constant) return g.run({image});
    return first ? g.run({codes, image}) : g.run({image, codes});
  };
  for (const bool first : {false, true}) {
    for (const bool constant : {false, true}) {
      INFO("first " << first << ", constant " << constant);
      CHECK(sum({2}, {10, 20}, first, constant) == Codes{10, 21, 12, 23, 14, 25, 16, 27});
      CHECK(sum({1, 1, 1, 2}, {10, 20}, first, constant) == Codes{10, 21, 12, 23, 14, 25, 16, 27});
      CHECK(sum({1, 2, 1}, {10, 20}, first, constant) == Codes{10, 11, 22, 23, 14, 15, 26, 27});
      CHECK(sum({2, 1, 1}, {10, 20}, first, constant) == Codes{10, 11, 12, 13, 24, 25, 26, 27});
      CHECK(sum({}, {10}, first, constant) == Codes{10, 11, 12, 13, 14, 15, 16, 17});
      CHECK(sum({1, 2, 2, 2}, image, first, constant) == Codes{0, 2, 4, 6, 8, 10, 12, 14});
    }
  }
}

TEST_CASE("both operands of an ADD may be repeated") {
  SmallGraph g(OpType::Add);
  g.input({2, 1}).input({1, 3}).output({2, 3});
  CHECK(g.run({{10, 20}, {1, 2, 3}}) == Codes{11, 12, 13, 21, 22, 23});
  const Graph graph = g.graph();
  CHECK(golden::explain(graph, graph.ops[0], g.values({{10, 20}, {1, 2, 3}}), 4).back().value ==
        22);
  SmallGraph wrong(OpType::Add);
  wrong.input({1, 2}).input({1, 3}).output({1, 3});
  CHECK_THROWS_AS(wrong.run({{1, 2}, {1, 2, 3}}), Error);
}

TEST_CASE("in profile f32 an ADD has one shift, halves up") {
  SmallGraph g(OpType::Add);
  g.input({1, 4}).input({1, 4}).output({1, 4}, {2.0F, 1}).profile(Profile::kF32);
  // (a + b) / 2 + 1: 1.5, -1.5, 0.5, -0.5 before the zero point.
  CHECK(g.run({{3, -3, 1, -1}, {0, 0, 0, 0}}) == Codes{3, 0, 2, 1});
  g.profile(Profile::kTflm);
  CHECK(g.run({{3, -3, 1, -1}, {0, 0, 0, 0}}) == Codes{3, -1, 2, 0});
  g.profile(Profile::kF32);
  const Graph graph = g.graph();
  const auto stages =
      golden::explain(graph, graph.ops[0], g.values({{3, 0, 0, 0}, {2, 0, 0, 0}}), 0);
  const std::int64_t want[] = {3 << 20, 2 << 20, 5 << 20, 3, 4, 4};  // n = 21
  for (std::size_t i = 0; i < 6; ++i) CHECK(stages.at(i).value == want[i]);
}

TEST_CASE("explain of an ADD shows both operands on the common scale") {
  SmallGraph g(OpType::Add);
  g.input({1, 1}, {0.5F, 10}).input({1, 1}, {1.0F, -20}).output({1, 1}, {1.0F, 5});
  const Graph graph = g.graph();
  const auto stages = golden::explain(graph, graph.ops[0], g.values({{14}, {-17}}), 0);
  REQUIRE(stages.size() == 6);
  // Values 2 and 3; one unit is 2^19 on the scale 2^-20 tw, tw = 2.
  const std::int64_t want[] = {2 << 19, 3 << 19, 5 << 19, 5, 10, 10};
  for (std::size_t i = 0; i < 6; ++i) CHECK(stages[i].value == want[i]);
}

TEST_CASE("QUANTIZE moves codes from one scale and zero point to another") {
  SmallGraph g(OpType::Quantize);
  g.input({1, 4}, {0.5F, -10}).output({1, 4}, {1.0F, 20});
  // (x + 10) / 2, halves away from zero only in the second step: -1.5 rounds up to -1.
  CHECK(g.run({{-10, -9, -13, 127}}) == Codes{20, 21, 19, 89});
  const Graph graph = g.graph();
  const auto stages = golden::explain(graph, graph.ops[0], g.values({{-10, -9, -13, 127}}), 2);
  CHECK(stages.at(0).value == -1);
  CHECK(stages.at(1).value == 19);
  CHECK(stages.at(2).value == 19);
}

TEST_CASE("QUANTIZE saturates") {
  SmallGraph g(OpType::Quantize);
  g.input({1, 2}, {2.0F, 0}).output({1, 2}, {1.0F, 0});
  CHECK(g.run({{100, -100}}) == Codes{127, -128});
}

TEST_CASE("RESHAPE keeps the bytes") {
  SmallGraph g(OpType::Reshape);
  g.input({1, 2, 3}).output({1, 6});
  CHECK(g.run({{1, 2, 3, 4, 5, 6}}) == Codes{1, 2, 3, 4, 5, 6});
  SmallGraph wrong(OpType::Reshape);
  wrong.input({1, 2, 3}).output({1, 5});
  CHECK_THROWS_AS(wrong.run({{1, 2, 3, 4, 5, 6}}), Error);
}
