// Scales of a graph -> multipliers of its operators, in the types that decide bits.
#include "hw_models/spec/multipliers.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "hw_models/spec/error.h"
#include "hw_models/spec/graph.h"

using namespace vernier;

namespace {

// Tensors 0 and 1 are operands, 2 is the output, of one scale each.
Graph scales_only(float s0, float s1, float out) {
  Graph g;
  g.tensors.resize(3);
  const float scale[] = {s0, s1, out};
  for (std::size_t i = 0; i < 3; ++i) {
    g.tensors[i].shape = {1, 1, 1, 1};
    g.tensors[i].quant.scale = {scale[i]};
    g.tensors[i].quant.zero_point = {0};
  }
  return g;
}

Op binary(OpType type) {
  Op op;
  op.type = type;
  op.inputs = {0, 1};
  op.outputs = {2};
  return op;
}

}  // namespace

TEST_CASE("the ADD of ResNet-8 op 3 has the multipliers of numerics.md 6") {
  const Graph g = scales_only(0.0393935516F, 0.104194961F, 0.0509456731F);
  const AddMultipliers m = add_multipliers(g, binary(OpType::Add));
  CHECK(m.a == Multiplier{1623821475, -2});
  CHECK(m.b == Multiplier{1 << 30, 0});
  CHECK(m.out == Multiplier{1098017566, -17});
  CHECK(m.left_shift == 20);
}

TEST_CASE("a convolution multiplies scales in double, a per-tensor FC in float") {
  // 1 + 2^-23 squared needs 47 bits; as a float it loses 2^-46.
  const float s = 1.0F + std::ldexp(1.0F, -23);
  const Graph g = scales_only(s, s, 1.0F);
  const double in_double = 1.0 + std::ldexp(1.0, -22) + std::ldexp(1.0, -46);
  const double in_float = 1.0 + std::ldexp(1.0, -22);
  const float third = 1.0F / 3.0F;
  const Graph h = scales_only(third, third, 1.0F);
  const double third_in_double = static_cast<double>(third) * static_cast<double>(third);
  const double third_in_float = static_cast<double>(third * third);
  REQUIRE(quantize_multiplier(third_in_double).mantissa !=
          quantize_multiplier(third_in_float).mantissa);
  for (const OpType type : {OpType::Conv, OpType::DepthwiseConv}) {
    CHECK(conv_multipliers(g, binary(type)).at(0) == quantize_multiplier(in_double));
    CHECK(conv_multipliers(h, binary(type)).at(0) == quantize_multiplier(third_in_double));
  }
  CHECK(conv_multipliers(g, binary(OpType::FullyConnected)).at(0) == quantize_multiplier(in_float));
  CHECK(conv_multipliers(h, binary(OpType::FullyConnected)).at(0) ==
        quantize_multiplier(third_in_float));
}

TEST_CASE(
    "the product of scales is a float for uint8 convolutions, a double for FC in litert-ref") {
  const float third = 1.0F / 3.0F;
  const double in_double = static_cast<double>(third) * static_cast<double>(third);
  const double in_float = static_cast<double>(third * third);
  Graph g = scales_only(third, third, 0.7F);
  const double out = static_cast<double>(0.7F);
  Op conv = binary(OpType::Conv), full = binary(OpType::FullyConnected);
  CHECK(conv_scales(g, conv).at(0) == in_double / out);
  CHECK(conv_scales(g, full).at(0) == in_float / out);
  g.tensors[1].dtype = DType::kUint8;
  for (const Profile p : {Profile::kTflm, Profile::kLitertRef, Profile::kRuy, Profile::kSingle}) {
    conv.profile = full.profile = p;
    CHECK(conv_scales(g, conv).at(0) == in_float / out);
    // Of uint8 profile tflm is LiteRT's reference too: TensorFlow Lite Micro has no such operator.
    const bool reference = p == Profile::kLitertRef || p == Profile::kTflm;
    CHECK(conv_scales(g, full).at(0) == (reference ? in_double : in_float) / out);
  }
  conv.profile = full.profile = Profile::kF32;
  const auto all_float = static_cast<double>(third * third / 0.7F);
  REQUIRE(all_float != in_float / out);
  CHECK(conv_scales(g, conv).at(0) == all_float);
  CHECK(conv_scales(g, full).at(0) == all_float);
}

TEST_CASE("the larger operand of XNNPACK's ADD has a multiplier of 21 bits") {
  // 0.5 / 1 = 2^-1: shift 21, multipliers 2^20 and 2^18.
  const Graph g = scales_only(0.125F, 0.5F, 1.0F);
  const ShiftedAdd s = shifted_add(g, binary(OpType::Add));
  CHECK(s.right_shift == 21);
  CHECK(s.a == 1 << 18);
  CHECK(s.b == 1 << 20);
  const ShiftedAdd t =
      shifted_add(scales_only(0.3F, std::nextafter(1.0F, 0.0F), 1.0F), binary(OpType::Add));
  CHECK(t.right_shift == 21);
  CHECK(t.b == 1 << 21);  // rounded up
  CHECK(t.a == 629146);   // 0.3 * 2^21 = 629145.6...
  // The ends of the shift's range, and one step beyond.
  CHECK(shifted_add(scales_only(1.0F, 256.0F, 1.0F), binary(OpType::Add)).right_shift == 12);
  CHECK_THROWS_AS(shifted_add(scales_only(1.0F, 512.0F, 1.0F), binary(OpType::Add)), Error);
  CHECK(shifted_add(scales_only(1.0F, 1.0F, 1024.0F), binary(OpType::Add)).right_shift == 30);
  CHECK_THROWS_AS(shifted_add(scales_only(1.0F, 1.0F, 2048.0F), binary(OpType::Add)), Error);
}

TEST_CASE("weights have one multiplier per output channel, on the axis of their operator") {
  Graph g = scales_only(0.5F, 1.0F, 1.0F);
  g.tensors[1].shape = {3, 1, 1, 2};
  CHECK(conv_multipliers(g, binary(OpType::Conv)).size() == 3);
  CHECK(conv_multipliers(g, binary(OpType::DepthwiseConv)).size() == 2);
  g.tensors[1].quant.scale = {1.0F, 2.0F, 4.0F};
  g.tensors[1].quant.zero_point = {0, 0, 0};
  const auto m = conv_multipliers(g, binary(OpType::Conv));
  CHECK(m.at(0) == Multiplier{1 << 30, 0});
  CHECK(m.at(1) == Multiplier{1 << 30, 1});
  CHECK(m.at(2) == Multiplier{1 << 30, 2});
  // Three scales do not fit two channels.
  CHECK_THROWS_AS(conv_multipliers(g, binary(OpType::DepthwiseConv)), Error);
}

TEST_CASE("QUANTIZE divides its scales in double") {
  Graph g = scales_only(0.3F, 1.0F, 0.7F);
  Op op = binary(OpType::Quantize);
  op.inputs = {0};
  CHECK(requantize_multiplier(g, op) ==
        quantize_multiplier(static_cast<double>(0.3F) / static_cast<double>(0.7F)));
}
