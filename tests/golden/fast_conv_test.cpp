// The fast kernels of CONV_2D and DEPTHWISE_CONV_2D against the plain ones.
#include "tests/golden/fast_case.h"

using namespace vernier;

namespace {

constexpr std::uint64_t kSeed = 20240;

DType code_type(Draw* draw) { return draw->once_in(3) ? DType::kUint8 : DType::kInt8; }

// Strides, dilations, pads and filters of either kind of convolution; returns the output's h and w.
std::pair<int, int> draw_geometry(FastCase* c, Draw* draw, int h, int w) {
  OpAttrs& a = c->attrs();
  a.filter_h = draw->once_in(3) ? 1 : draw->in(1, 7);
  a.filter_w = a.filter_h == 1 && draw->once_in(2) ? 1 : draw->in(1, 7);
  a.stride_h = draw->in(1, 3);
  a.stride_w = draw->once_in(4) ? draw->in(1, 3) : a.stride_h;
  a.dilation_h = draw->once_in(4) ? draw->in(1, 3) : 1;
  a.dilation_w = draw->once_in(4) ? draw->in(1, 3) : 1;
  const int oh = c->outputs(h, a.filter_h, a.stride_h, a.dilation_h, &a.pad_top, &a.pad_bottom);
  const int ow = c->outputs(w, a.filter_w, a.stride_w, a.dilation_w, &a.pad_left, &a.pad_right);
  return {oh, ow};
}

void check_conv(Draw draw) {
  FastCase c(OpType::Conv, &draw);
  const DType type = code_type(&draw);
  const int n = draw.of({1, 1, 1, 2}), h = draw.in(1, 12), w = draw.of({1, 2, 7, 12, 13, 33});
  const int ic = draw.channels(), oc = draw.channels();
  const auto [oh, ow] = draw_geometry(&c, &draw, h, w);
  c.op().profile = fast_profile(&draw);
  c.input(type, {n, h, w, ic});
  c.weights(type, {oc, c.attrs().filter_h, c.attrs().filter_w, ic}, 0, -16, 2);
  c.bias(oc);
  c.output(type, {n, oh, ow, oc});
  c.check();
}

void check_depthwise(Draw draw) {
  FastCase c(OpType::DepthwiseConv, &draw);
  const DType type = code_type(&draw);
  const int n = draw.of({1, 1, 1, 2}), h = draw.in(1, 12), w = draw.of({1, 2, 7, 12, 40});
  const int ic = draw.channels();
  const int times = draw.once_in(3) ? draw.in(1, 8) : 1;
  const auto [oh, ow] = draw_geometry(&c, &draw, h, w);
  c.op().profile = fast_profile(&draw);
  c.attrs().depth_multiplier = times;
  c.input(type, {n, h, w, ic});
  c.weights(type, {1, c.attrs().filter_h, c.attrs().filter_w, ic * times}, 3, -12, 4);
  c.bias(ic * times);
  c.output(type, {n, oh, ow, ic * times});
  c.check();
}

}  // namespace

TEST_CASE("fast convolutions of 400 random shapes equal the plain ones") {
  for (std::uint64_t seed = kSeed; seed < kSeed + 400; ++seed) {
    INFO("seed " << seed);
    check_conv(Draw(seed));
  }
}

TEST_CASE("fast depthwise convolutions of 400 random shapes equal the plain ones") {
  for (std::uint64_t seed = kSeed; seed < kSeed + 400; ++seed) {
    INFO("seed " << seed);
    check_depthwise(Draw(seed));
  }
}

TEST_CASE("the largest products of a long filter sum without saturation") {
  // Every product is 255 * -128: four of them leave 16 bits, and their sum nears -2^31 / 100.
  for (const int channels : {1, 15, 16, 17, 64}) {
    Draw draw(1);
    FastCase c(OpType::Conv, &draw);
    c.input(DType::kInt8, {1, 2, 5, 512});
    c.weights(DType::kInt8, {channels, 1, 1, 512}, 0, -17, -17);
    for (auto& w : c.info(1).data) w = 0x80;
    c.info(0).quant.zero_point = {-128};
    c.op().inputs.push_back(-1);
    c.output(DType::kInt8, {1, 2, 5, channels});
    c.check();
  }
}

TEST_CASE("the plain kernels stand in where the fast ones do not reach") {
  Draw draw(2);
  FastCase c(OpType::Conv, &draw);
  c.input(DType::kInt8, {1, 2, 2, 8});
  c.weights(DType::kInt8, {4, 1, 1, 4}, 0, -8, -8);  // two groups
  c.bias(std::vector<std::int32_t>{1, -2, 3, -4});
  c.output(DType::kInt8, {1, 2, 2, 4});
  Graph graph = c.graph();
  golden::Numerics numerics;
  numerics.kernels = golden::Kernels::kFast;
  CHECK(!golden::Prepared(graph, numerics).is_fast(0));
  const std::vector<Tensor> inputs{Tensor(DType::kInt8, {1, 2, 2, 8})};
  CHECK(golden::run(graph, inputs, numerics) == golden::run(graph, inputs));

  graph.tensors[1].shape = {2, 1, 1, 8};  // one group
  graph.tensors[1].quant.scale = {0.01F};
  graph.tensors[1].quant.zero_point = {0};
  graph.tensors[2].shape = {2};
  graph.tensors[2].data.resize(8);
  graph.tensors[3].shape = {1, 2, 2, 2};
  graph.ops[0].inputs = {0, 1, -1};
  CHECK(golden::Prepared(graph, numerics).is_fast(0));
  numerics.acc_bits = 24;
  CHECK(!golden::Prepared(graph, numerics).is_fast(0));
}
