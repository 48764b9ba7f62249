// Operators of one operand that compute: rectifiers, LOGISTIC, TANH, HARD_SWISH, MEAN.
#include <cmath>

#include "tests/compiler/tflite_cases.h"

namespace vernier {
namespace {

// 1x2x3x4 -> op: tensors 0 and 1.
ModelBuilder unary_model(OpType op, float from = 0.5F, float to = 0.25F) {
  ModelBuilder m;
  const int x = m.input({1, 2, 3, 4}, from, 3);
  const int y = op == OpType::Relu        ? m.relu(x, to, -4)
                : op == OpType::Relu6     ? m.relu6(x, to, -4)
                : op == OpType::LeakyRelu ? m.leaky_relu(x, 0.25F, to, -4)
                : op == OpType::HardSwish ? m.hard_swish(x, to, -4)
                : op == OpType::Logistic  ? m.logistic(x)
                                          : m.tanh(x);
  m.mark_output(y);
  return m;
}

// 1x4x5x6 -> MEAN: tensors input 0, axes 1, output 2.
ModelBuilder mean_model(const std::vector<int>& axes, bool keep = true) {
  ModelBuilder m;
  m.mark_output(m.mean(m.input({1, 4, 5, 6}, 0.5F, 3), axes, keep, 0.25F, -4));
  return m;
}

}  // namespace

TEST_CASE("rectifiers carry the clamp of their kind") {
  CHECK(imported(unary_model(OpType::Relu)).ops[0].attrs.activation == Activation::kRelu);
  CHECK(imported(unary_model(OpType::Relu6)).ops[0].attrs.activation == Activation::kRelu6);
  const Graph leaky = imported(unary_model(OpType::LeakyRelu));
  CHECK(leaky.ops[0].attrs.activation == Activation::kNone);
  CHECK(leaky.ops[0].attrs.alpha == 0.25F);
}

TEST_CASE("rectifiers shift left within 32 bits, the bound is tight (T20)") {
  // |x - 3| <= 131: 131 * 2^23 < 2^31, 131 * 2^24 is not.
  for (const OpType op : {OpType::Relu, OpType::Relu6, OpType::LeakyRelu}) {
    CHECK_NOTHROW(imported(unary_model(op, 0x1.8p22F, 1.0F)));
    refused(unary_model(op, 0x1p23F, 1.0F), ErrorId::TflMultiplier,
            {op_name(op), "shifts values up to 131 left by 24"});
  }
  auto m = unary_model(OpType::LeakyRelu, 1.0F, 1.0F);
  m.ops[0].options.alpha = 0x1.8p22F;
  CHECK_NOTHROW(imported(m));
  m.ops[0].options.alpha = -0x1p23F;
  refused(m, ErrorId::TflMultiplier, {"input scale x alpha", "left by 24"});
}

TEST_CASE("the slope of LEAKY_RELU is finite and of any sign") {
  for (const float alpha : {0.0F, -0.5F, 0.01F, 1.0F, 1e-40F}) {
    auto m = unary_model(OpType::LeakyRelu);
    m.ops[0].options.alpha = alpha;
    CHECK(imported(m).ops[0].attrs.alpha == alpha);
  }
  for (const float alpha : {NAN, INFINITY, -INFINITY}) {
    auto m = unary_model(OpType::LeakyRelu);
    m.ops[0].options.alpha = alpha;
    refused(m, ErrorId::TflField, {"op 0 LEAKY_RELU", "field alpha", "must be finite"});
  }
}

TEST_CASE("LOGISTIC writes 1/256 from -128, TANH 1/128 about 0") {
  for (const auto& [op, text] : {std::pair{OpType::Logistic, "0.00390625 (1/256) and -128"},
                                 std::pair{OpType::Tanh, "0.0078125 (1/128) and 0"}}) {
    CHECK_NOTHROW(imported(unary_model(op)));
    auto m = unary_model(op);
    m.tensors[1].scale[0] = std::nextafter(m.tensors[1].scale[0], 1.0F);
    refused(m, ErrorId::TflQuantRule, {op_name(op), "output 0", text});
    m = unary_model(op);
    m.tensors[1].zero_point[0] += 1;
    refused(m, ErrorId::TflQuantRule, {op_name(op), text});
    // si * 2^27 lies in 1..2^31.
    CHECK_NOTHROW(imported(unary_model(op, 0x1p-27F)));
    refused(unary_model(op, std::nextafter(0x1p-27F, 0.0F)), ErrorId::TflMultiplier,
            {op_name(op), "at least 1 and below 2^31"});
    CHECK_NOTHROW(imported(unary_model(op, 15.99F)));
    refused(unary_model(op, 16.0F), ErrorId::TflMultiplier, {"at least 1 and below 2^31"});
  }
}

TEST_CASE("HARD_SWISH shifts 16-bit values by at most 15, the output to the right only") {
  CHECK_NOTHROW(imported(unary_model(OpType::HardSwish)));
  // The exponent of si / 128 / so is 0 just below si = 128 so.
  CHECK_NOTHROW(imported(unary_model(OpType::HardSwish, 1.0F, std::nextafter(0x1p-7F, 1.0F))));
  refused(unary_model(OpType::HardSwish, 1.0F, 0x1p-7F), ErrorId::TflMultiplier,
          {"op 0 HARD_SWISH", "shift by 1 and 7"});
  CHECK_NOTHROW(imported(unary_model(OpType::HardSwish, 1.0F, 0x1p8F)));  // 2^-15: exponent -14
  CHECK_NOTHROW(imported(unary_model(OpType::HardSwish, 1.0F, 0x1p9F)));  // -15
  refused(unary_model(OpType::HardSwish, 1.0F, 0x1p10F), ErrorId::TflMultiplier, {"by -16"});
  refused(unary_model(OpType::HardSwish, 1000.0F, 1000.0F), ErrorId::TflMultiplier, {"and 17"});
}

TEST_CASE("functions of one operand have no options") {
  for (const OpType op : {OpType::Relu, OpType::Relu6, OpType::Logistic, OpType::Tanh}) {
    auto m = unary_model(op);
    m.ops[0].options_kind = 9;
    refused(m, ErrorId::TflOptions, {op_name(op), "kind 9, must be none"});
  }
}

TEST_CASE("MEAN reduces any dimensions, kept as 1 or dropped") {
  const std::tuple<std::vector<int>, std::vector<int>, Shape, Shape> cases[] = {
      {{1, 2}, {1, 2}, {1, 1, 1, 6}, {1, 6}},     {{2, 1}, {1, 2}, {1, 1, 1, 6}, {1, 6}},
      {{-2, -3}, {1, 2}, {1, 1, 1, 6}, {1, 6}},   {{-1}, {3}, {1, 4, 5, 1}, {1, 4, 5}},
      {{1, 1, -3}, {1}, {1, 1, 5, 6}, {1, 5, 6}}, {{1, 2, 3}, {1, 2, 3}, {1, 1, 1, 1}, {1}},
      {{0}, {0}, {1, 4, 5, 6}, {4, 5, 6}}};
  for (const auto& [axes, want, kept, dropped] : cases) {
    const Graph k = imported(mean_model(axes)), d = imported(mean_model(axes, false));
    CHECK(k.ops[0].attrs.axes == want);
    CHECK(k.tensors[2].shape == kept);
    CHECK(d.ops[0].attrs.axes == want);
    CHECK(d.tensors[2].shape == dropped);
  }
  auto m = mean_model({2});
  m.tensors[1].shape = {};  // a scalar
  CHECK(imported(m).ops[0].attrs.axes == std::vector<int>{2});
}

TEST_CASE("MEAN over a dimension that is not there, or of odd axes, is refused (T30)") {
  for (const int axis : {4, -5, INT32_MAX, INT32_MIN}) {
    auto m = mean_model({1, 2});
    m.tensors[1].data.assign(reinterpret_cast<const std::uint8_t*>(&axis),
                             reinterpret_cast<const std::uint8_t*>(&axis) + 4);
    m.tensors[1].shape = {1};
    refused(m, ErrorId::TflField,
            {"op 0 MEAN, input 1", "axis " + std::to_string(axis) + ", must be -4..3"});
  }
  auto m = mean_model({1, 2});
  m.tensors[1].shape = {2, 1};
  refused(m, ErrorId::TflOperandShape, {"shape 2x1, must be a scalar or have rank 1"});
  m = mean_model({1, 2});
  m.tensors[1].type = 9;
  m.tensors[1].shape = {8};
  refused(m, ErrorId::TflType, {"op 0 MEAN, input 1", "type int8, must be int32"});
  m = mean_model({1, 2});
  m.ops[0].options.keep_dims = false;
  refused(m, ErrorId::TflOutputShape, {"stored shape 1x1x1x6, computed 1x6"});
}

TEST_CASE("the sum and the shift of a MEAN stay in 32 bits, the bounds are tight (T24)") {
  const auto model = [](int n, float from, float to) {
    ModelBuilder m;
    m.mark_output(m.mean(m.input({1, n, 1}, from, 0), {1}, true, to, 0));
    return m;
  };
  CHECK_NOTHROW(imported(model(INT32_MAX / 256, 1.0F, 1.0F)));
  refused(model(INT32_MAX / 256 + 1, 1.0F, 1.0F), ErrorId::TflAccumulator,
          {"op 0 MEAN", "8388608 elements", "at most 8388607"});
  // n = 4 takes 2 of the shift: 4 * 128 * 2^21 = 2^30, one more is 2^31.
  CHECK_NOTHROW(imported(model(4, 0x1p22F, 1.0F)));
  refused(model(4, 0x1p23F, 1.0F), ErrorId::TflMultiplier,
          {"sums up to 512 are shifted left by 22"});
}

}  // namespace vernier
