// MEAN.
#include <catch2/catch.hpp>

#include "hw_models/spec/rescale_multipliers.h"
#include "tests/golden/small_graph.h"

using namespace vernier;
using Codes = std::vector<int>;

namespace {

SmallGraph mean(const Shape& in, const Shape& out, std::vector<int> axes, Scale x = {},
                Scale y = {}) {
  SmallGraph g(OpType::Mean);
  g.input(in, x).output(out, y);
  g.attrs().axes = std::move(axes);
  return g;
}

}  // namespace

TEST_CASE("the mean of 49 values at scale 1 rounds twice, as the vectors of numerics.md 6") {
  const SmallGraph g = mean({1, 7, 7, 1}, {1, 1, 1, 1}, {1, 2});
  const Graph graph = g.graph();
  CHECK(mean_multiplier(graph, graph.ops[0]) == Multiplier{701219150, -4});
  const int sums[] = {24, 25, -24, -25, 49, 0}, means[] = {1, 1, -1, -1, 1, 0};
  for (std::size_t i = 0; i < 6; ++i) {
    Codes x(49, 0);
    for (int k = 0; k < std::abs(sums[i]); ++k) {
      x[static_cast<std::size_t>(k)] = sums[i] < 0 ? -1 : 1;
    }
    CHECK(g.run({x}) == Codes{means[i]});
  }
}

TEST_CASE("a MEAN reduces any dimensions, kept in the output's shape or not") {
  const Codes x{0, 8, 16, 24, 32, 40, 48, 56};  // [2, 2, 2]
  CHECK(mean({2, 2, 2}, {2, 2}, {2}).run({x}) == Codes{4, 20, 36, 52});
  CHECK(mean({2, 2, 2}, {2, 1, 2}, {1}).run({x}) == Codes{8, 16, 40, 48});
  CHECK(mean({2, 2, 2}, {2, 2}, {0}).run({x}) == Codes{16, 24, 32, 40});
  CHECK(mean({2, 2, 2}, {2}, {0, 2}).run({x}) == Codes{20, 36});
  CHECK(mean({2, 2, 2}, {1}, {0, 1, 2}).run({x}) == Codes{28});
}

TEST_CASE("a MEAN moves to the output's scale and zero point and saturates") {
  const SmallGraph g = mean({1, 2, 1}, {1, 1}, {1}, {1.0F, -3}, {0.5F, 7});
  CHECK(g.run({{1, 5}}) == Codes{19});  // values 4 and 8, mean 6
  CHECK(g.run({{127, 127}}) == Codes{127});
  CHECK(g.run({{-128, -128}}) == Codes{-128});
}

TEST_CASE("a MEAN of uint8 takes codes above 127 for what they are") {
  SmallGraph g(OpType::Mean);
  g.input({1, 2}, {1.0F, 100}, DType::kUint8).output({1}, {1.0F, 0}, DType::kUint8);
  g.attrs().axes = {1};
  CHECK(g.run({{250, 200}}) == Codes{125});
  CHECK(g.run({{0, 10}}) == Codes{0});
}
