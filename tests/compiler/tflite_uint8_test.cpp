// uint8 graphs: one type for all activations of an operator, weights with any zero point.
#include "tests/compiler/tflite_cases.h"

namespace vernier {
namespace {

constexpr DType kU8 = DType::kUint8;

std::vector<std::uint8_t> ramp_u8(int count) {
  std::vector<std::uint8_t> codes;
  for (int i = 0; i < count; ++i) codes.push_back(static_cast<std::uint8_t>(i * 37 % 256));
  return codes;
}

// Tensors input 0, weights 1, bias 2, convolution 3.
ModelBuilder conv_u8(int weight_zero = 157) {
  ModelBuilder m;
  const int x = m.input({1, 6, 6, 3}, 0.5F, 128, kU8);
  const int w = m.weights_u8({4, 3, 3, 3}, ramp_u8(108), 0.05F, weight_zero);
  m.mark_output(m.conv(x, w, m.bias(x, w, {1, -2, 300, -4000}), {}, 4.0F, 5));
  return m;
}

// One FULLY_CONNECTED channel of `depth` weights of one code.
ModelBuilder sum_u8(int depth, std::uint8_t weight, int weight_zero, std::int32_t bias, int zero) {
  ModelBuilder m;
  const int x = m.input({1, depth}, 1.0F, zero, kU8);
  const int w =
      m.weights_u8({1, depth}, std::vector<std::uint8_t>(static_cast<std::size_t>(depth), weight),
                   1.0F, weight_zero);
  m.mark_output(m.fully_connected(x, w, m.bias(x, w, {bias}), {}, 1e9F, 0));
  return m;
}

}  // namespace

TEST_CASE("a network may be of uint8 throughout") {
  ModelBuilder m;
  OpOptions pool;
  pool.filter_h = pool.filter_w = pool.stride_h = pool.stride_w = 2;
  const int x = m.input({1, 6, 6, 3}, 0.5F, 128, kU8);
  const int w0 = m.weights_u8({4, 3, 3, 3}, ramp_u8(108), 0.05F, 157);
  const int a = m.conv(x, w0, m.bias(x, w0, {1, -2, 300, -4000}), {}, 0.25F, 0);
  const int w1 = m.weights_u8({1, 3, 3, 4}, ramp_u8(36), 0.125F, 204);
  const int d = m.depthwise_conv(a, w1, -1, {}, 1.0F, 4);
  const int s = m.add(a, d, {}, 2.0F, 255);
  const int p = m.max_pool(m.average_pool(s, pool), {});
  const int w2 = m.weights_u8({5, 36}, ramp_u8(180), 0.02F, 0);
  const int f = m.fully_connected(m.reshape(p, {1, -1}), w2, -1, {}, 0.2F, 1);
  m.mark_output(m.softmax(f));
  const Graph g = imported(m);
  for (const Op& op : g.ops) CHECK(g.tensor(op.outputs[0]).dtype == kU8);
  CHECK(g.tensor(w0).quant.zero_point == std::vector<int>{157});
  CHECK(g.tensor(g.outputs[0]).quant.zero_point == std::vector<int>{0});
  CHECK(g.tensor(g.outputs[0]).quant.scale == std::vector<float>{1.0F / 256});
}

TEST_CASE("uint8 weights have any zero point of 8 bits and one scale (T21, T22)") {
  for (const int zero : {0, 1, 255}) CHECK_NOTHROW(imported(conv_u8(zero)));
  for (const int zero : {-1, 256}) {
    refused(conv_u8(zero), ErrorId::TflZeroPoint,
            {"tensor 1 \"t1\": zero point " + std::to_string(zero), "must be 0..255 for uint8"});
  }
  auto m = conv_u8();
  m.tensors[1].scale.assign(4, 0.05F);
  m.tensors[1].zero_point.assign(4, 9);
  refused(m, ErrorId::TflPerChannel, {"input 1 (tensor 1 \"t1\") has 4 scales, must be 1"});
}

TEST_CASE("one operator computes in one type (T25)") {
  auto m = conv_u8();
  m.tensors[1].type = 9;
  m.tensors[1].zero_point = {0};
  refused(m, ErrorId::TflType, {"op 0 CONV_2D, input 1", "type int8, must be uint8"});
  m = conv_u8();
  m.tensors[3].type = 9;
  refused(m, ErrorId::TflType, {"op 0 CONV_2D, output 0", "type int8, must be uint8"});
  m = conv_model();
  m.tensors[3].type = 3;
  refused(m, ErrorId::TflType, {"op 0 CONV_2D, output 0", "type uint8, must be int8"});
  m = add_model();
  m.tensors[1].type = 3;
  m.tensors[1].zero_point = {0};
  refused(m, ErrorId::TflType, {"op 0 ADD, input 1", "type uint8, must be int8"});
}

TEST_CASE("an accumulator of uint8 counts both zero points, the bound is tight (T24)") {
  // 4096 * (255 - 0) * (255 - 0) with both zero points 0; the bias takes the rest.
  const std::int64_t sum = 4096ll * 255 * 255;
  const auto room = static_cast<std::int32_t>(INT32_MAX - sum);
  CHECK_NOTHROW(imported(sum_u8(4096, 255, 0, room, 0)));
  refused(sum_u8(4096, 255, 0, room + 1, 0), ErrorId::TflAccumulator,
          {"channel 0: the accumulator spans 0..2147483648"});
  // (0 - 255) * (x - 0) reaches down only, (0 - 255) * (x - 255) up only.
  const auto below = static_cast<std::int32_t>(INT32_MIN + sum);
  CHECK_NOTHROW(imported(sum_u8(4096, 0, 255, below, 0)));
  refused(sum_u8(4096, 0, 255, below - 1, 0), ErrorId::TflAccumulator, {"spans -2147483649..0"});
  CHECK_NOTHROW(imported(sum_u8(4096, 0, 255, room, 255)));
  refused(sum_u8(4096, 0, 255, room + 1, 255), ErrorId::TflAccumulator, {"spans 0..2147483648"});
  CHECK_NOTHROW(imported(sum_u8(4096, 200, 200, INT32_MAX, 0)));  // all weights are zero
  CHECK_NOTHROW(imported(sum_u8(33025, 255, 0, 0, 0)));
  refused(sum_u8(33026, 255, 0, 0, 0), ErrorId::TflAccumulator, {"op 0 FULLY_CONNECTED"});
}

TEST_CASE("outputs of fixed quantization begin at uint8's own codes") {
  for (const auto& [op, zero] : {std::pair{OpType::Softmax, 0}, std::pair{OpType::Logistic, 0},
                                 std::pair{OpType::Tanh, 128}}) {
    ModelBuilder m;
    const int x = m.input({1, 10}, 0.1F, 24, kU8);
    m.mark_output(op == OpType::Softmax    ? m.softmax(x)
                  : op == OpType::Logistic ? m.logistic(x)
                                           : m.tanh(x));
    CHECK(imported(m).tensors[1].quant.zero_point == std::vector<int>{zero});
    m.tensors[1].zero_point = {1};
    refused(m, ErrorId::TflQuantRule, {"zero point 1, must be", "and " + std::to_string(zero)});
  }
}

}  // namespace vernier
