#include <catch2/catch.hpp>
#include <cmath>

#include "tests/golden/small_graph.h"

using namespace vernier;
using Codes = std::vector<int>;

namespace {

// A softmax whose input scale gives the Q5.26 multiplier mantissa * 2^(left_shift - 31).
SmallGraph softmax(const Shape& shape, float mantissa, int left_shift) {
  SmallGraph g(OpType::Softmax);
  g.input(shape, {std::ldexp(mantissa, left_shift - 31 - 26), 0});
  g.output(shape, {1.0F / 256.0F, -128});
  return g;
}

}  // namespace

TEST_CASE("softmax gives the directed vectors of ResNet-8, VWW and str_ww") {
  CHECK(softmax({1, 10}, 1476210432.0F, 24).run({{24, -128, 127, 100, 0, 24, 25, 23, -20, 60}}) ==
        Codes{-128, -128, 126, -126, -128, -128, -128, -128, -128, -128});
  CHECK(softmax({1, 2}, 2011586560.0F, 20).run({{-5, -5}}) == Codes{0, 0});
  CHECK(softmax({1, 2}, 2011586560.0F, 20).run({{127, -128}}) == Codes{122, -122});
  CHECK(softmax({1, 3}, 1378760960.0F, 24).run({{10, 10, 10}}) == Codes{-43, -43, -43});
}

TEST_CASE("softmax of one class saturates at 127") {
  CHECK(softmax({1, 1}, 1476210432.0F, 24).run({{-77}}) == Codes{127});
}

TEST_CASE("softmax rows are independent and near the real function") {
  SmallGraph g(OpType::Softmax);
  g.input({2, 3}, {0.125F, 7}).output({2, 3}, {1.0F / 256.0F, -128});
  const Codes in{0, 8, 16, -50, -40, -30};
  const Codes out = g.run({in});
  for (std::size_t row = 0; row < 2; ++row) {
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i) sum += std::exp(0.125 * in[3 * row + i]);
    for (std::size_t i = 0; i < 3; ++i) {
      const double real = 256 * std::exp(0.125 * in[3 * row + i]) / sum - 128;
      CHECK(std::abs(out[3 * row + i] - real) < 0.51);
    }
  }
}

TEST_CASE("beta multiplies the input scale") {
  SmallGraph twice(OpType::Softmax), scaled(OpType::Softmax);
  twice.input({1, 3}, {0.125F, 0}).output({1, 3}, {1.0F / 256.0F, -128});
  twice.attrs().beta = 2.0F;
  scaled.input({1, 3}, {0.25F, 0}).output({1, 3}, {1.0F / 256.0F, -128});
  const Codes in{1, 5, 9};
  CHECK(twice.run({in}) == scaled.run({in}));
  CHECK(twice.run({in}).at(0) < -100);
}

TEST_CASE("a thousand equal classes share one code that rounds to nothing") {
  CHECK(softmax({1, 1000}, 1378760960.0F, 24).run({Codes(1000, 3)}) == Codes(1000, -128));
}

TEST_CASE("in profile f32 the softmax is in float, rounded away from zero") {
  SmallGraph g(OpType::Softmax);
  g.input({1, 2}, {0.1F, 0}).output({1, 2}, {1.0F / 256.0F, -128}).profile(Profile::kF32);
  for (int d = 0; d <= 255; ++d) {
    const double share = 1.0 / (1.0 + std::exp(0.1 * d));
    const Codes out = g.run({{127, 127 - d}});
    INFO("difference " << d);
    CHECK(out[1] == static_cast<int>(std::lround(256.0 * share)) - 128);
    CHECK(out[0] == std::min<int>(127, static_cast<int>(std::lround(256.0 - 256.0 * share)) - 128));
  }
}
