// bad_inputs.md 2.1, rows T15 to T18, T20, T23, T24 and T30, and what each operator is imported as.
#include <cmath>
#include <cstring>

#include "tests/compiler/tflite_cases.h"

namespace vernier {
namespace {

// One FULLY_CONNECTED channel of `depth` weights of one value.
ModelBuilder sum_model(int depth, std::int8_t weight, std::int32_t bias, int zero_point) {
  ModelBuilder m;
  const int x = m.input({1, depth}, 1.0F, zero_point);
  const int w = m.weights(
      {1, depth}, std::vector<std::int8_t>(static_cast<std::size_t>(depth), weight), {1.0F});
  m.mark_output(m.fully_connected(x, w, m.bias(x, w, {bias}), {}, 1e9F, 0));
  return m;
}

}  // namespace

TEST_CASE("strides and dilations lie in 1..255 (T15)") {
  const std::pair<int OpOptions::*, const char*> fields[] = {
      {&OpOptions::stride_h, "stride_h"},
      {&OpOptions::stride_w, "stride_w"},
      {&OpOptions::dilation_h, "dilation_h_factor"},
      {&OpOptions::dilation_w, "dilation_w_factor"}};
  for (const auto& [field, name] : fields) {
    for (const int value : {0, -1, INT32_MIN, 256, INT32_MAX}) {
      const std::string found =
          std::string("field ") + name + ": " + std::to_string(value) + ", must be 1..255";
      auto m = conv_model();
      m.ops[0].options.*field = value;
      refused(m, ErrorId::TflField, {"subgraph 0, op 0 CONV_2D, " + found});
      m = depthwise_model();
      m.ops[0].options.*field = value;
      refused(m, ErrorId::TflField, {"op 0 DEPTHWISE_CONV_2D, " + found});
    }
    OpOptions options;
    options.*field = 255;
    CHECK_NOTHROW(imported(conv_model(options)));
  }
}

TEST_CASE("pool strides lie in 1..255, pool filters in 1..1023 (T15)") {
  const std::tuple<int OpOptions::*, const char*, int> fields[] = {
      {&OpOptions::stride_h, "stride_h", 255},
      {&OpOptions::stride_w, "stride_w", 255},
      {&OpOptions::filter_h, "filter_height", 1023},
      {&OpOptions::filter_w, "filter_width", 1023}};
  for (const auto& [field, name, most] : fields) {
    for (const int value : {0, -1, INT32_MIN, most + 1, INT32_MAX}) {
      for (const bool average : {true, false}) {
        auto m = pool_model({}, average);
        m.ops[0].options.*field = value;
        refused(m, ErrorId::TflField,
                {average ? "op 0 AVERAGE_POOL_2D" : "op 0 MAX_POOL_2D",
                 std::string("field ") + name + ": " + std::to_string(value) + ", must be 1.." +
                     std::to_string(most)});
      }
    }
    OpOptions options;
    options.*field = most;
    CHECK_NOTHROW(imported(pool_model(options)));
  }
}

TEST_CASE("the depth multiplier is positive and matches the channels (T15, T18)") {
  for (const int value : {0, -3, INT32_MIN, 65536}) {
    auto m = depthwise_model();
    m.ops[0].options.depth_multiplier = value;
    refused(m, ErrorId::TflField, {"field depth_multiplier: " + std::to_string(value)});
  }
  for (const int value : {1, 2, 4, 65535}) {
    auto m = depthwise_model();
    m.ops[0].options.depth_multiplier = value;
    refused(m, ErrorId::TflOperandShape,
            {"6 channels, must be 2 input channels x depth_multiplier " + std::to_string(value)});
  }
  CHECK(imported(depthwise_model()).ops[0].attrs.depth_multiplier == 3);
}

TEST_CASE("a filter larger than the unpadded input shows the computed size (T16)") {
  OpOptions valid;
  valid.same = false;
  auto m = conv_model(valid);
  CHECK(imported(m).tensors[3].shape == Shape{1, 4, 4, 4});
  m.ops[0].options.dilation_h = 3;  // spans 7 of 6
  refused(m, ErrorId::TflGeometry,
          {"op 0 CONV_2D, height: a filter of 3 (dilation 3) spans 7 of 6", "output would be 0"});
  m.ops[0].options.dilation_h = 6;
  refused(m, ErrorId::TflGeometry, {"spans 13 of 6", "output would be -6"});
  m.ops[0].options.dilation_h = 1;
  m.ops[0].options.dilation_w = 255;
  refused(m, ErrorId::TflGeometry, {"width: a filter of 3 (dilation 255) spans 511 of 6"});
  valid.filter_h = 6;
  CHECK_NOTHROW(imported(pool_model(valid)));
  m = pool_model(valid);
  m.ops[0].options.filter_h = 7;
  refused(m, ErrorId::TflGeometry, {"AVERAGE_POOL_2D", "spans 7 of 6", "output would be 0"});
}

TEST_CASE("stored output shapes are compared, never trusted (T17)") {
  const auto broken = [](ModelBuilder m, std::size_t tensor, const std::string& computed) {
    m.tensors[tensor].shape.back() += 1;
    refused(m, ErrorId::TflOutputShape,
            {"tensor " + std::to_string(tensor), "stored shape", "computed " + computed});
  };
  broken(conv_model(), 3, "1x6x6x4");
  broken(depthwise_model(), 3, "1x4x4x6");
  broken(fully_connected_model(), 3, "1x3");
  broken(pool_model({}), 1, "1x6x6x4");
  broken(pool_model({}, false), 1, "1x6x6x4");
  broken(add_model(), 2, "1x2x2x3");
  broken(reshape_model(), 2, "1x12");
  broken(softmax_model(), 1, "1x10");
  broken(quantize_model(1.0F, 1.0F), 1, "1x10");
  for (std::size_t op = 0; op < mixed_model().ops.size(); ++op) {
    auto m = mixed_model();
    m.tensors[static_cast<std::size_t>(m.ops[op].outputs[0])].shape.front() += 1;
    INFO("op " << op);
    refused(m, ErrorId::TflOutputShape, {"op " + std::to_string(op), "stored shape", "computed"});
  }
  auto m = fully_connected_model();
  m.tensors[3].shape = {3};
  refused(m, ErrorId::TflOutputShape, {"stored shape 3, computed 1x3"});
}

TEST_CASE("filter channels match the input's, groups are refused by name (T18)") {
  auto m = conv_model();
  m.tensors[0].shape[3] = 4;
  refused(m, ErrorId::TflOperandShape, {"3 filter channels for 4 input channels, must be equal"});
  m.tensors[0].shape[3] = 6;
  refused(m, ErrorId::TflOperandShape,
          {"3 filter channels for 6 input channels", "grouped convolution of 2 groups"});
  m = fully_connected_model();
  m.tensors[0].shape[1] = 9;
  refused(m, ErrorId::TflOperandShape, {"9 elements, no multiple of the weights' depth 8"});
  m = depthwise_model();
  m.tensors[1].shape = {2, 1, 2, 6};
  refused(m, ErrorId::TflOperandShape, {"shape 2x1x2x6, dimension 0 must be 1"});
  m = conv_model();
  m.tensors[2].shape = {1, 4};
  m.tensors[2].scale = {0.05F};
  m.tensors[2].zero_point = {0};
  refused(m, ErrorId::TflOperandShape, {"input 2", "shape 1x4, must be 4"});
  m = fully_connected_model();
  m.tensors[1].shape = {3, 2, 4};
  refused(m, ErrorId::TflOperandShape, {"shape 3x2x4, must have rank 2"});
}

TEST_CASE("activations, paddings and weight formats that are not supported are named") {
  for (const auto& [code, name] :
       {std::pair{2, "RELU_N1_TO_1"}, std::pair{4, "TANH"}, std::pair{5, "SIGN_BIT"},
        std::pair{77, "activation 77"}, std::pair{-1, "activation -1"}}) {
    for (auto m : {conv_model(), depthwise_model(), fully_connected_model(), add_model(),
                   pool_model({}), pool_model({}, false)}) {
      m.ops[0].options.activation = code;
      refused(m, ErrorId::TflUnsupported,
              {std::string("field fused_activation_function: ") + name, "NONE, RELU or RELU6"});
    }
  }
  for (auto m : {conv_model(), depthwise_model(), pool_model({})}) {
    m.ops[0].options.padding_code = 2;
    refused(m, ErrorId::TflUnsupported, {"field padding: 2, must be 0 (SAME) or 1 (VALID)"});
  }
  auto m = fully_connected_model();
  m.ops[0].options.weights_format = 1;
  refused(m, ErrorId::TflUnsupported, {"field weights_format: 1, must be 0"});
}

TEST_CASE("fused activations are imported for every operator that has one") {
  for (const auto& [code, want] : {std::pair{0, Activation::kNone}, std::pair{1, Activation::kRelu},
                                   std::pair{3, Activation::kRelu6}}) {
    for (auto m : {conv_model(), depthwise_model(), fully_connected_model(), add_model(),
                   pool_model({}), pool_model({}, false)}) {
      m.ops[0].options.activation = code;
      CHECK(imported(m).ops[0].attrs.activation == want);
    }
  }
}

TEST_CASE("SAME padding puts the odd tap at the end, VALID pads nothing") {
  OpOptions o;
  o.stride_h = 2;    // (3 - 1) * 2 + 3 - 6 = 1 tap
  o.dilation_w = 2;  // (6 - 1) * 1 + 5 - 6 = 4 taps
  const Graph same = imported(conv_model(o));
  const OpAttrs& a = same.ops[0].attrs;
  CHECK(same.tensors[3].shape == Shape{1, 3, 6, 4});
  CHECK((a.pad_top == 0 && a.pad_bottom == 1));
  CHECK((a.pad_left == 2 && a.pad_right == 2));
  CHECK((a.stride_h == 2 && a.stride_w == 1 && a.dilation_h == 1 && a.dilation_w == 2));
  CHECK((a.filter_h == 3 && a.filter_w == 3));
  o.same = false;
  const Graph valid = imported(conv_model(o));
  CHECK(valid.tensors[3].shape == Shape{1, 2, 2, 4});
  const OpAttrs& v = valid.ops[0].attrs;
  CHECK((v.pad_top == 0 && v.pad_bottom == 0 && v.pad_left == 0 && v.pad_right == 0));
}

TEST_CASE("a bias scale is input scale x weight scale, to 2 % of the output scale (T23)") {
  // The output scale is 4, so 0.08; input scale x weight scale is 0.05, 0.1, 0.025 and 0.0125.
  for (std::size_t c = 0; c < 4; ++c) {
    auto m = conv_model();
    float& scale = m.tensors[2].scale[c];
    const float product = scale;
    scale = product + 0.0799F;
    CHECK_NOTHROW(imported(m));
    scale = product + 0.0801F;
    refused(m, ErrorId::TflBiasScale,
            {"input 2 (tensor 2 \"t2\"): scale " + std::to_string(c), "input scale 0.5",
             "up to 2 % of the output scale 4"});
    scale = 1.0F;
    refused(m, ErrorId::TflBiasScale, {"is 1, must be input scale 0.5 x weight scale"});
  }
  auto m = conv_model();
  m.tensors[2].scale.assign(1, 0.1801F);  // within reach of the second channel's only
  m.tensors[2].zero_point.assign(1, 0);
  refused(m, ErrorId::TflBiasScale, {"scale 0 is 0.180"});
  m = fully_connected_model();
  m.tensors[2].scale = {0.0249F};
  CHECK_NOTHROW(imported(m));
  m.tensors[2].scale = {0.0251F};
  refused(m, ErrorId::TflBiasScale, {"op 0 FULLY_CONNECTED", "is 0.0251000002", "= 0.00499999989"});
}

TEST_CASE("an accumulator that can leave 32 bits is refused, the bound is tight (T24)") {
  // 4096 * 127 * 255 = 132,648,960 with zx = -128; the bias takes the rest.
  const std::int64_t sum = 4096ll * 127 * 255;
  const auto room = static_cast<std::int32_t>(INT32_MAX - sum);
  CHECK_NOTHROW(imported(sum_model(4096, 127, room, -128)));
  refused(sum_model(4096, 127, room + 1, -128), ErrorId::TflAccumulator,
          {"channel 0: the accumulator spans 0..2147483648"});
  // Negative weights reach down to the least number.
  const auto below = static_cast<std::int32_t>(INT32_MIN + sum);
  CHECK_NOTHROW(imported(sum_model(4096, -127, below, -128)));
  refused(sum_model(4096, -127, below - 1, -128), ErrorId::TflAccumulator,
          {"spans -2147483649..0"});
  // Without a bias: K * 128 * 255.
  CHECK_NOTHROW(imported(sum_model(65793, -128, 0, 127)));
  refused(sum_model(65794, -128, 0, 127), ErrorId::TflAccumulator, {"op 0 FULLY_CONNECTED"});
}

TEST_CASE("the accumulator bound is per channel of every weight layout (T24)") {
  auto m = depthwise_model();
  std::int32_t bias[6] = {1, 2, 3, 4, INT32_MAX, 6};
  std::memcpy(m.tensors[2].data.data(), bias, sizeof bias);
  refused(m, ErrorId::TflAccumulator, {"channel 4"});
  m = conv_model();
  std::int32_t four[4] = {1, INT32_MIN, 3, 4};
  std::memcpy(m.tensors[2].data.data(), four, sizeof four);
  refused(m, ErrorId::TflAccumulator, {"channel 1"});
}

TEST_CASE("a multiplier beyond the shifter is refused, the bound is tight (T20)") {
  // QUANTIZE multiplies |x - zx| <= 131 by from / to; 131 * 2^23 < 2^31, 131 * 2^24 is not.
  CHECK_NOTHROW(imported(quantize_model(0x1.8p22F, 1.0F)));  // exponent 23
  refused(quantize_model(0x1p23F, 1.0F), ErrorId::TflMultiplier,
          {"op 0 QUANTIZE", "shifts values up to 131 left by 24"});
  refused(quantize_model(0x1p30F, 1.0F), ErrorId::TflMultiplier, {"must be below 2^30"});
  refused(quantize_model(3e38F, 1.2e-38F), ErrorId::TflMultiplier, {"must be below 2^30"});
  CHECK_NOTHROW(imported(quantize_model(1.2e-38F, 3e38F)));  // flushes to zero
  auto m = fully_connected_model();
  m.tensors[0].scale = {3e38F};
  m.tensors[1].scale = {3e38F};  // the float32 product overflows
  m.ops[0].inputs[2] = -1;
  refused(m, ErrorId::TflMultiplier, {"op 0 FULLY_CONNECTED, channel 0: multiplier inf"});
}

TEST_CASE("the sum of an ADD is scaled by less than 1 (T20)") {
  auto m = add_model();
  // 2 * 0.5 / (2^20 * so) < 1
  m.tensors[2].scale = {std::nextafter(0x1p-20F, 1.0F)};
  CHECK_NOTHROW(imported(m));
  m.tensors[2].scale = {0x1p-20F};
  refused(m, ErrorId::TflMultiplier, {"op 0 ADD", "multiplier 1 must be below 1"});
}

TEST_CASE("pools and RESHAPE keep scale and zero point") {
  for (auto m : {pool_model({}), pool_model({}, false), reshape_model()}) {
    const auto out = m.tensors.size() - 1;
    m.tensors[out].scale[0] = std::nextafter(m.tensors[out].scale[0], 1.0F);
    refused(m, ErrorId::TflQuantRule, {"both must be equal"});
  }
  for (auto m : {pool_model({}), pool_model({}, false), reshape_model()}) {
    m.tensors.back().zero_point[0] += 1;
    refused(m, ErrorId::TflQuantRule, {"both must be equal"});
  }
}

TEST_CASE("SOFTMAX writes 1/256 from -128, beta and input scale are in range") {
  CHECK(imported(softmax_model()).ops[0].attrs.beta == 1.0F);
  auto m = softmax_model();
  m.tensors[1].scale = {1.0F / 128};
  refused(m, ErrorId::TflQuantRule,
          {"op 0 SOFTMAX, output 0", "must be 0.00390625 (1/256) and -128"});
  m = softmax_model();
  m.tensors[1].zero_point = {-127};
  refused(m, ErrorId::TflQuantRule, {"zero point -127"});
  for (const float beta : {0.0F, -1.0F, NAN, INFINITY}) {
    m = softmax_model();
    m.ops[0].options.beta = beta;
    refused(m, ErrorId::TflField, {"field beta"});
  }
  CHECK_NOTHROW(imported(softmax_model(std::nextafter(0x1p-26F, 1.0F))));
  refused(softmax_model(0x1p-26F), ErrorId::TflMultiplier, {"must lie between 1 and 2^30"});
  CHECK_NOTHROW(imported(softmax_model(15.99F)));
  refused(softmax_model(16.0F), ErrorId::TflMultiplier, {"must lie between 1 and 2^30"});
}

TEST_CASE("FULLY_CONNECTED flattens to rows, or keeps the dimensions") {
  ModelBuilder m;
  const int x = m.input({1, 2, 2, 4}, 0.5F, 0);
  const int w = m.weights({3, 8}, ramp(24), {0.1F, 0.2F, 0.3F});  // per channel
  const int y = m.fully_connected(x, w, m.bias(x, w, {1, 2, 3}), {}, 9.0F, 0);
  OpOptions keep;
  keep.keep_num_dims = true;
  const int v = m.weights({5, 4}, ramp(20), {0.1F});
  const int z = m.fully_connected(x, v, -1, keep, 9.0F, 0);
  m.mark_output(y);
  m.mark_output(z);
  const Graph g = imported(m);
  CHECK(g.tensor(y).shape == Shape{2, 3});
  CHECK(g.tensor(z).shape == Shape{1, 2, 2, 5});
  m.ops[0].options.keep_num_dims = true;
  refused(m, ErrorId::TflOperandShape, {"keep_num_dims wants a last dimension of 8"});
}

TEST_CASE("RESHAPE takes its shape from the tensor, the options or the output") {
  for (const Shape& shape : {Shape{1, 12}, Shape{12}, Shape{1, 1, 1, 3, 2, 2}, Shape{1, -1, 3}}) {
    auto m = reshape_model(shape);
    Shape want = shape;
    if (want == Shape{1, -1, 3}) want[1] = 4;
    CHECK(imported(m).tensors[2].shape == want);
    m.ops[0].inputs = {0};  // now of the options
    CHECK(imported(m).tensors[2].shape == want);
    m.ops[0].options.new_shape.clear();
    CHECK(imported(m).tensors[2].shape == want);
    m.ops[0].options_kind = 0;
    CHECK(imported(m).tensors[2].shape == want);
  }
}

TEST_CASE("RESHAPE to another element count, or with two -1, is refused (T30)") {
  const auto with = [](const std::vector<std::int32_t>& shape, const std::string& part) {
    auto m = reshape_model();
    m.tensors[1].shape = {static_cast<int>(shape.size())};
    m.tensors[1].data.resize(shape.size() * 4);
    std::memcpy(m.tensors[1].data.data(), shape.data(), shape.size() * 4);
    refused(m, ErrorId::TflReshape, {"op 0 RESHAPE, new shape", part});
    m.ops[0].inputs = {0};
    m.ops[0].options.new_shape = shape;
    refused(m, ErrorId::TflReshape, {"op 0 RESHAPE, new shape", part});
  };
  with({1, 13}, "13 elements so far, the input has 12 (1x2x2x3)");
  with({1, 6}, "new shape 1x6 has 6 elements, the input 1x2x2x3 has 12");
  with({-1, -1}, "dimension 1: -1, must be positive, or -1 once");
  with({-1, 5}, "5 elements so far, the input has 12");
  with({1, 0}, "dimension 1: 0, must be positive");
  with({1, -2}, "dimension 1: -2, must be positive");
  with({1 << 16, 1 << 16, 1 << 16, 1 << 16}, "65536 elements so far");
  with({INT32_MAX, INT32_MAX, INT32_MAX}, "2147483647 elements so far");
}

TEST_CASE("a RESHAPE shape is a constant int32 vector (T30)") {
  auto m = reshape_model();
  m.tensors[1].shape = {1, 2};
  refused(m, ErrorId::TflOperandShape, {"op 0 RESHAPE, input 1", "shape 1x2, must have rank 1"});
  m = reshape_model();
  m.ops[0].inputs[1] = 0;
  refused(m, ErrorId::TflType, {"op 0 RESHAPE, input 1", "type int8, must be int32"});
}

}  // namespace vernier
