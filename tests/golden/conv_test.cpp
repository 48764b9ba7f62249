// CONV_2D on images that fit a line. Scales are 1, so codes are sums unless a test says otherwise.
#include <catch2/catch.hpp>

#include "hw_models/golden/explain.h"
#include "hw_models/spec/error.h"
#include "tests/golden/small_graph.h"

using namespace vernier;
using Codes = std::vector<int>;

namespace {

// A row of `width` pixels of one channel through a 1 x `taps` filter.
SmallGraph row_conv(int width, const Codes& taps, int out_width, int zero_point = 0) {
  SmallGraph g(OpType::Conv);
  const int n = static_cast<int>(taps.size());
  g.input({1, 1, width, 1}, {1.0F, zero_point}).weights({1, 1, n, 1}, taps).no_bias();
  g.output({1, 1, out_width, 1});
  g.attrs().filter_w = n;
  return g;
}

}  // namespace

TEST_CASE("a convolution is a sum of products, not flipped") {
  const SmallGraph g = row_conv(4, {1, 2, 4}, 2);
  CHECK(g.run({{1, 2, 3, 5}}) == Codes{1 + 4 + 12, 2 + 6 + 20});
}

TEST_CASE("SAME padding puts the odd tap at the end") {
  // Width 4, two taps, stride 1: one padding tap, behind the image.
  SmallGraph g = row_conv(4, {1, 10}, 4);
  g.attrs().pad_right = 1;
  CHECK(g.run({{1, 2, 3, 4}}) == Codes{21, 32, 43, 4});
  // The other way round is another result.
  g.attrs().pad_left = 1;
  g.attrs().pad_right = 0;
  CHECK(g.run({{1, 2, 3, 4}}) == Codes{10, 21, 32, 43});
}

TEST_CASE("a padded tap has the value of the input's zero point") {
  SmallGraph g = row_conv(2, {3, 5, 7}, 2, -20);
  g.attrs().pad_left = g.attrs().pad_right = 1;
  // x - zx = {1, 2}
  CHECK(g.run({{-19, -18}}) == Codes{5 + 14, 3 + 10});
}

TEST_CASE("rows are padded at the top and the bottom") {
  SmallGraph g(OpType::Conv);
  g.input({1, 3, 1, 1}).weights({1, 3, 1, 1}, {1, 10, 100}).no_bias().output({1, 3, 1, 1});
  g.attrs().filter_h = 3;
  g.attrs().pad_top = g.attrs().pad_bottom = 1;
  CHECK(g.run({{1, 0, -1}}) == Codes{10, 1 - 100, -10});
}

TEST_CASE("stride moves the window, dilation spreads its taps") {
  SmallGraph strided = row_conv(5, {1, 1}, 2);
  strided.attrs().stride_w = 3;
  CHECK(strided.run({{1, 2, 4, 8, 16}}) == Codes{3, 24});
  SmallGraph dilated = row_conv(5, {1, 1}, 3);
  dilated.attrs().dilation_w = 2;
  CHECK(dilated.run({{1, 2, 4, 8, 16}}) == Codes{5, 10, 20});
}

TEST_CASE("weights are ordered output channel, row, column, input channel") {
  SmallGraph g(OpType::Conv);
  g.input({1, 2, 2, 2})
      .weights({2, 2, 2, 2}, {1, 0, 0, 0, 0, 0, 0, 0,    // oc 0: top left, ic 0
                              0, 0, 0, 2, 3, 0, 0, 0});  // tr ic 1, bl ic 0
  g.no_bias().output({1, 1, 1, 2});
  g.attrs().filter_h = g.attrs().filter_w = 2;
  CHECK(g.run({{1, 2, 3, 4, 5, 6, 7, 8}}) == Codes{1, 2 * 4 + 3 * 5});
}

TEST_CASE("groups see their own input channels") {
  SmallGraph g(OpType::Conv);
  g.input({1, 1, 1, 4}).weights({2, 1, 1, 2}, {1, 10, 1, 10}).no_bias().output({1, 1, 1, 2});
  CHECK(g.run({{1, 2, 3, 4}}) == Codes{21, 43});
}

TEST_CASE("every image of a batch is convolved alone") {
  SmallGraph g(OpType::Conv);
  g.input({2, 1, 2, 1}).weights({1, 1, 2, 1}, {1, 10}).no_bias().output({2, 1, 1, 1});
  g.attrs().filter_w = 2;
  CHECK(g.run({{1, 2, 3, 4}}) == Codes{21, 43});
}

TEST_CASE("bias is added before requantization, scales and zero point behind it") {
  SmallGraph g(OpType::Conv);
  g.input({1, 1, 1, 1}).weights({2, 1, 1, 1}, {3, 3}, {0.5F, 0.25F}).bias({1, 1});
  g.output({1, 1, 1, 2}, {1.0F, -100});
  // acc 3 * 5 + 1 = 16: 8 and 4.
  CHECK(g.run({{5}}) == Codes{-92, -96});
}

TEST_CASE("rounding follows the profile") {
  SmallGraph g = row_conv(1, {1}, 1);
  g.output({1, 1, 1, 1}, {4.0F, 0});  // 5 / 4 = 1.25, the vector R9
  CHECK(g.run({{5}}) == Codes{2});
  CHECK(g.profile(Profile::kSingle).run({{5}}) == Codes{1});
  CHECK(g.profile(Profile::kTflm).run({{-2}}) == Codes{-1});
  CHECK(g.profile(Profile::kLitertRef).run({{-2}}) == Codes{-1});
  CHECK(g.profile(Profile::kRuy).run({{-2}}) == Codes{0});
  // 6 / 4 and 10 / 4 are ties: to the even neighbour.
  CHECK(g.profile(Profile::kF32).run({{6}}) == Codes{2});
  CHECK(g.profile(Profile::kF32).run({{10}}) == Codes{2});
}

TEST_CASE("RELU and RELU6 clamp at the codes of 0 and 6") {
  SmallGraph g = row_conv(3, {1}, 3);
  g.output({1, 1, 3, 1}, {0.5F, -10});  // 0 is code -10, 6 is code 2
  CHECK(g.run({{-30, 1, 60}}) == Codes{-70, -8, 110});
  g.attrs().activation = Activation::kRelu;
  CHECK(g.run({{-30, 1, 60}}) == Codes{-10, -8, 110});
  g.attrs().activation = Activation::kRelu6;
  CHECK(g.run({{-30, 1, 60}}) == Codes{-10, -8, 2});
}

TEST_CASE("outputs saturate at the type's ends") {
  CHECK(row_conv(1, {100}, 1).run({{100}}) == Codes{127});
  CHECK(row_conv(1, {100}, 1).run({{-100}}) == Codes{-128});
}

TEST_CASE("products wrap at the accumulator's width, the bias does not") {
  // 3 * 127 * 127 = 48387 = -17149 modulo 2^16.
  SmallGraph g(OpType::Conv);
  g.input({1, 1, 1, 3}).weights({1, 1, 1, 3}, {127, 127, 127}).bias({-40000});
  g.output({1, 1, 1, 1}, {1024.0F, 0});
  const Codes in{127, 127, 127};
  CHECK(g.run({in}) == Codes{8});          // 8387 / 1024 = 8.19
  CHECK(g.run({in}, {16}) == Codes{-56});  // (-17149 - 40000) / 1024 = -55.81
  CHECK(g.run({in}, {17}) == Codes{8});
}

TEST_CASE("explain walks the stages of one element of a convolution") {
  SmallGraph g = row_conv(4, {1, 10}, 4);
  g.output({1, 1, 4, 1}, {2.0F, 5});
  g.attrs().pad_right = 1;
  g.attrs().activation = Activation::kRelu6;
  const Graph graph = g.graph();
  const auto values = g.values({{1, 2, 3, 4}});
  const auto stages = golden::explain(graph, graph.ops[0], values, 2);
  REQUIRE(stages.size() == 5);
  const char* names[] = {"accumulate", "bias", "scale", "zero point", "clamp"};
  const std::int64_t want[] = {43, 43, 22, 27, 8};
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(std::string(stages[i].name) == names[i]);
    CHECK(stages[i].value == want[i]);
  }
  CHECK_THROWS_AS(golden::explain(graph, graph.ops[0], values, 4), Error);
  CHECK_THROWS_AS(golden::explain(graph, graph.ops[0], values, -1), Error);
}

TEST_CASE("golden refuses inputs of another number, type or shape") {
  const Graph graph = row_conv(4, {1}, 4).graph();
  CHECK_THROWS_AS(golden::run(graph, {}), Error);
  CHECK_THROWS_AS(golden::run(graph, {Tensor(DType::kInt8, {4})}), Error);
  CHECK_THROWS_AS(golden::run(graph, {Tensor(DType::kUint8, {1, 1, 4, 1})}), Error);
  CHECK_NOTHROW(golden::run(graph, {Tensor(DType::kInt8, {1, 1, 4, 1})}));
}
