// SUB and MUL, with operands that broadcast.
#include <catch2/catch.hpp>

#include "hw_models/spec/rescale_multipliers.h"
#include "tests/golden/small_graph.h"

using namespace vernier;
using Codes = std::vector<int>;

TEST_CASE("a SUB of equal scales is a plain difference of values") {
  SmallGraph g(OpType::Sub);
  g.input({1, 3}, {0.5F, 10}).input({1, 3}, {0.5F, -20}).output({1, 3}, {0.5F, 5});
  CHECK(g.run({{10, 20, -128}, {-20, 0, 127}}) == Codes{5, -5, -128});
}

TEST_CASE("a SUB broadcasts a channel vector, a constant, and the first operand") {
  SmallGraph channels(OpType::Sub);
  channels.input({1, 2, 2}).constant({2}, {1, 10}).output({1, 2, 2});
  CHECK(channels.run({{5, 5, -5, -5}}) == Codes{4, -5, -6, -15});
  SmallGraph first(OpType::Sub);
  first.constant({1}, {100}).input({3}).output({3});
  CHECK(first.run({{1, 2, -3}}) == Codes{99, 98, 103});
}

TEST_CASE("the fused activation limits a SUB and a MUL") {
  SmallGraph sub(OpType::Sub), mul(OpType::Mul);
  sub.input({2}).input({2}).output({2}, {1.0F, -10});
  sub.attrs().activation = Activation::kRelu6;
  CHECK(sub.run({{3, 50}, {5, 1}}) == Codes{-10, -4});
  mul.input({2}).input({2}).output({2}, {1.0F, -10});
  mul.attrs().activation = Activation::kRelu;
  CHECK(mul.run({{3, 5}, {-5, 6}}) == Codes{-10, 20});
}

TEST_CASE("a MUL multiplies values and broadcasts both ways") {
  SmallGraph g(OpType::Mul);
  g.input({2, 1}, {0.5F, 1}).input({1, 3}, {0.25F, -1}).output({2, 3}, {0.125F, 2});
  // (a - 1) * (b + 1) + 2
  CHECK(g.run({{3, -4}, {0, 1, 9}}) == Codes{4, 6, 22, -3, -8, -48});
}

TEST_CASE("a MUL of uint8 takes codes above 127 for what they are") {
  SmallGraph g(OpType::Mul);
  g.input({2}, {1.0F, 128}, DType::kUint8).input({2}, {1.0F, 128}, DType::kUint8);
  g.output({2}, {64.0F, 128}, DType::kUint8);
  CHECK(g.run({{255, 0}, {160, 160}}) == Codes{192, 64});  // 63.5 goes up, -64 is exact
}

TEST_CASE("the multiplier of a MUL is rounded to float by LiteRT and not by TFLM") {
  SmallGraph g(OpType::Mul);
  g.input({1}, {0.1F, 0}).input({1}, {0.3F, 0}).output({1}, {0.7F, 0});
  Graph graph = g.graph();
  const double in_double =
      static_cast<double>(0.1F) * static_cast<double>(0.3F) / static_cast<double>(0.7F);
  CHECK(mul_multiplier(graph, graph.ops[0]) == quantize_multiplier(in_double));
  graph.ops[0].profile = Profile::kLitertRef;
  const Multiplier litert = mul_multiplier(graph, graph.ops[0]);
  CHECK(litert.mantissa % 128 == 0);  // 24 bits
  CHECK_FALSE(litert == quantize_multiplier(in_double));
}
