// ADD, SUB and MUL of operands that broadcast or are constants, and CONCATENATION.
#include <cmath>

#include "tests/compiler/tflite_cases.h"

namespace vernier {
namespace {

// op of tensors 0 (shape a) and 1 (shape b), output 2.
ModelBuilder binary_model(OpType op, const Shape& a, const Shape& b) {
  ModelBuilder m;
  const int x = m.input(a, 0.5F, 1), y = m.input(b, 0.25F, -1);
  m.mark_output(op == OpType::Add   ? m.add(x, y, {}, 0.75F, 0)
                : op == OpType::Sub ? m.sub(x, y, {}, 0.75F, 0)
                                    : m.mul(x, y, {}, 0.75F, 0));
  return m;
}

const OpType kBinary[] = {OpType::Add, OpType::Sub, OpType::Mul};

// 1x2x3x4 and 1x2x3x1 along the last dimension: tensors 0 and 1, output 2.
ModelBuilder concatenation_model(DType type = DType::kInt8) {
  ModelBuilder m;
  const int x = m.input({1, 2, 3, 4}, 0.5F, 1, type), y = m.input({1, 2, 3, 1}, 0.5F, 1, type);
  m.mark_output(m.concatenation({x, y}, 3, 0.5F, 1));
  return m;
}

}  // namespace

TEST_CASE("ADD, SUB and MUL broadcast, in either order") {
  const std::pair<Shape, Shape> shapes[] = {
      {{1, 4, 5, 3}, {1, 4, 5, 3}}, {{1, 4, 5, 3}, {3}},          {{1, 4, 5, 3}, {1, 3}},
      {{1, 4, 5, 3}, {1, 1, 1, 3}}, {{1, 4, 5, 3}, {1}},          {{1, 4, 5, 3}, {1, 4, 5, 1}},
      {{1, 4, 5, 3}, {1, 4, 1, 3}}, {{1, 4, 5, 3}, {1, 5, 1}},    {{7}, {1, 7}},
      {{1, 1, 5, 1}, {1, 4, 1, 3}}, {{1, 2, 1, 2, 3}, {1, 2, 1}}, {{1, 1, 1, 1, 2, 3}, {3}}};
  for (const OpType op : kBinary) {
    for (const auto& [a, b] : shapes) {
      const Graph forth = imported(binary_model(op, a, b));
      const Graph back = imported(binary_model(op, b, a));
      CHECK(forth.tensors[2].shape == back.tensors[2].shape);
      CHECK(element_count(forth.tensors[2].shape) >= std::max(element_count(a), element_count(b)));
    }
  }
  CHECK(imported(binary_model(OpType::Mul, {1, 1, 5, 1}, {1, 4, 1, 3})).tensors[2].shape ==
        Shape{1, 4, 5, 3});
}

TEST_CASE("shapes that do not broadcast are refused with both") {
  for (const OpType op : kBinary) {
    for (const Shape& b : {Shape{1, 2, 2, 2}, Shape{2}, Shape{1, 3, 1, 3}, Shape{1, 4}}) {
      auto m = binary_model(op, {1, 2, 2, 3}, b);
      refused(m, ErrorId::TflOperandShape,
              {op_name(op), "has shape 1x2x2x3", "has " + shape_text(b), "must be equal or 1"});
    }
    auto m = binary_model(op, {1, 2, 2, 3}, {3});
    m.tensors[2].shape = {1, 2, 3, 3};
    refused(m, ErrorId::TflOutputShape, {"stored shape 1x2x3x3, computed 1x2x2x3"});
  }
}

TEST_CASE("one of two operands may be a constant, a scalar too") {
  for (const OpType op : kBinary) {
    for (const std::size_t constant : {0u, 1u}) {
      auto m = binary_model(op, {1, 2, 2, 3}, {1, 2, 2, 3});
      m.inputs = {constant == 0 ? 1 : 0};
      m.tensors[constant].data.assign(12, 7);
      Graph g = imported(m);
      CHECK(g.tensors[constant].is_constant);
      CHECK(g.tensors[constant].data == std::vector<std::uint8_t>(12, 7));
      m.tensors[constant].shape = {};
      m.tensors[constant].data.assign(1, 7);
      g = imported(m);
      CHECK(g.tensors[constant].shape.empty());
      CHECK(g.tensors[2].shape == Shape{1, 2, 2, 3});
      m.tensors[constant].has_quantization = false;
      refused(m, ErrorId::TflNoQuant, {"input " + std::to_string(constant), "has no scale"});
    }
    auto m = binary_model(op, {1, 2, 2, 3}, {1, 2, 2, 3});
    m.inputs = {m.input({1, 4}, 1.0F, 0)};
    m.tensors[0].data.assign(12, 7);
    m.tensors[1].data.assign(12, 7);
    refused(m, ErrorId::TflConstant, {op_name(op), "are constants, at most one may be"});
  }
}

TEST_CASE("a constant operand has one scale") {
  auto m = binary_model(OpType::Mul, {1, 2, 2, 3}, {3});
  m.inputs = {0};
  m.tensors[1].data.assign(3, 7);
  m.tensors[1].scale.assign(3, 0.25F);
  m.tensors[1].zero_point.assign(3, 0);
  refused(m, ErrorId::TflPerChannel, {"op 0 MUL, input 1", "has 3 scales, must be 1"});
}

TEST_CASE("fused activations of SUB and MUL are imported or refused by name") {
  for (const OpType op : {OpType::Sub, OpType::Mul}) {
    auto m = binary_model(op, {1, 2, 2, 3}, {3});
    m.ops[0].options.activation = 1;
    CHECK(imported(m).ops[0].attrs.activation == Activation::kRelu);
    m.ops[0].options.activation = 3;
    CHECK(imported(m).ops[0].attrs.activation == Activation::kRelu6);
    m.ops[0].options.activation = 4;
    refused(m, ErrorId::TflUnsupported, {"field fused_activation_function: TANH"});
  }
}

TEST_CASE("the difference of a SUB is scaled by less than 1 (T20)") {
  auto m = binary_model(OpType::Sub, {1, 2, 2, 3}, {3});
  m.tensors[2].scale = {std::nextafter(0x1p-20F, 1.0F)};
  CHECK_NOTHROW(imported(m));
  m.tensors[2].scale = {0x1p-20F};
  refused(m, ErrorId::TflMultiplier, {"op 0 SUB", "multiplier 1 must be below 1"});
}

TEST_CASE("the product of a MUL is shifted left within 32 bits, the bound is tight (T20)") {
  // |x1 - 1| <= 129, |x2 + 1| <= 128: 16512 * 2^17 = 2,164,260,864 is beyond, 2^16 is not.
  auto m = binary_model(OpType::Mul, {1, 2, 2, 3}, {3});
  m.tensors[2].scale = {0.125F / 0x1.8p15F};  // exponent 16
  CHECK_NOTHROW(imported(m));
  m.tensors[2].scale = {0.125F / 0x1p16F};  // exponent 17
  refused(m, ErrorId::TflMultiplier, {"op 0 MUL", "shifts values up to 16512 left by 17"});
}

TEST_CASE("CONCATENATION adds up one dimension, counted from either end") {
  for (const int axis : {3, -1}) {
    auto m = concatenation_model();
    m.ops[0].options.axis = axis;
    const Graph g = imported(m);
    CHECK(g.tensors[2].shape == Shape{1, 2, 3, 5});
    CHECK(g.ops[0].attrs.axis == 3);
  }
  ModelBuilder m;  // of one, and of four with a constant
  const int x = m.input({1, 4}, 0.5F, 1);
  m.mark_output(m.concatenation({x}, 1, 0.5F, 1));
  const int k = m.constant({1, 2}, {3, -4}, 0.5F, 1);
  const int y = m.concatenation({k, x, k, x}, 1, 0.5F, 1);
  m.mark_output(y);
  CHECK(imported(m).tensor(y).shape == Shape{1, 12});
}

TEST_CASE("CONCATENATION along no dimension, or of shapes that differ elsewhere, is refused") {
  for (const int axis : {4, -5, INT32_MAX, INT32_MIN}) {
    auto m = concatenation_model();
    m.ops[0].options.axis = axis;
    refused(m, ErrorId::TflField, {"field axis: " + std::to_string(axis) + ", must be -4..3"});
  }
  auto m = concatenation_model();
  m.ops[0].options.axis = 1;
  refused(m, ErrorId::TflOperandShape,
          {"has shape 1x2x3x4", "has 1x2x3x1; they may differ in dimension 1 only"});
  m = concatenation_model();
  m.tensors[1].shape = {2, 3, 1};
  m.tensors[1].shape[0] = 1;
  refused(m, ErrorId::TflOperandShape, {"has 1x3x1"});
  m = concatenation_model();
  m.ops[0].options.activation = 1;
  refused(m, ErrorId::TflUnsupported, {"field fused_activation_function: must be NONE"});
  m = concatenation_model();
  m.inputs = {m.input({1, 4}, 1.0F, 0)};
  m.tensors[0].data.assign(24, 1);
  m.tensors[1].data.assign(6, 1);
  refused(m, ErrorId::TflConstant, {"all inputs are constants"});
}

TEST_CASE("no input of CONCATENATION may be absent (T9)") {
  auto m = concatenation_model();
  m.ops[0].inputs[1] = -1;
  refused(m, ErrorId::TflIndex, {"op 0 CONCATENATION, input 1: tensor index -1 (absent)"});
  m.ops[0].inputs = {-1, 0};
  refused(m, ErrorId::TflIndex, {"op 0 CONCATENATION, input 0: tensor index -1"});
  m.ops[0].inputs.assign(64, 0);
  m.ops[0].options.axis = 3;
  m.tensors[2].shape = {1, 2, 3, 256};
  CHECK(imported(m).ops[0].inputs.size() == 64);
  m.ops[0].inputs.assign(65, 0);
  refused(m, ErrorId::TflIndex, {"op 0 CONCATENATION: 65 inputs, must be 1..64"});
}

TEST_CASE("CONCATENATION of int8 copies, of uint8 may rescale") {
  for (const std::size_t t : {0u, 1u, 2u}) {
    auto m = concatenation_model();
    m.tensors[t].scale[0] = 0.6F;
    refused(m, ErrorId::TflQuantRule, {"op 0 CONCATENATION, input", "both must be equal"});
    m = concatenation_model();
    m.tensors[t].zero_point[0] = 2;
    refused(m, ErrorId::TflQuantRule, {"both must be equal"});
    m = concatenation_model(DType::kUint8);
    m.tensors[t].scale[0] = 0.6F;
    m.tensors[t].zero_point[0] = 2;
    CHECK_NOTHROW(imported(m));
  }
}

}  // namespace vernier
