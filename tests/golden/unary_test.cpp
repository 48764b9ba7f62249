// Operators on single codes: RELU, RELU6, LEAKY_RELU, LOGISTIC, TANH, HARD_SWISH, and QUANTIZE and
// DEQUANTIZE at the ends of a graph. Expected codes that a comment does not derive are what
// tflite-micro and ai-edge-litert (BUILTIN_REF) give.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "hw_models/golden/explain.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/float_boundary.h"
#include "hw_models/spec/unary_table.h"
#include "tests/golden/small_graph.h"

using namespace vernier;
using Codes = std::vector<int>;

namespace {

// The output code of one int8 input code under both profiles.
struct Both {
  int tflm, litert;
  bool operator==(const Both& o) const { return tflm == o.tflm && litert == o.litert; }
};
std::ostream& operator<<(std::ostream& s, const Both& b) {
  return s << "{" << b.tflm << ", " << b.litert << "}";
}

Both both(OpType type, Scale in, Scale out, int code, float alpha = 0.0F) {
  SmallGraph g(type);
  g.input({1}, in).output({1}, out);
  g.attrs().alpha = alpha;
  const int tflm = g.profile(Profile::kTflm).run({{code}})[0];
  return {tflm, g.profile(Profile::kLitertRef).run({{code}})[0]};
}

}  // namespace

TEST_CASE("RELU rescales and clamps at the output's zero") {
  SmallGraph g(OpType::Relu);
  g.input({4}, {0.5F, 10}).output({4}, {0.25F, -20});
  CHECK(g.run({{10, -128, 12, 127}}) == Codes{-20, -20, -16, 127});
}

TEST_CASE("a tie under RELU falls with TFLM's double and rises with LiteRT's float") {
  // so is a float above 1/44: 4 codes of 1/32 are 5.4999999 of it, and 5.5 of it in float.
  CHECK(both(OpType::Relu, {0.03125F, -128}, {0.022727273404598236F, -128}, -124) ==
        Both{-123, -122});
}

TEST_CASE("RELU6 of TFLM keeps codes where LiteRT rescales") {
  CHECK(both(OpType::Relu6, {0.125F, 0}, {0.0625F, -10}, 20) == Both{20, 30});
  CHECK(both(OpType::Relu6, {0.125F, 0}, {0.0625F, -10}, 60) == Both{48, 86});
  CHECK(both(OpType::Relu6, {0.125F, 0}, {0.0625F, -10}, -5) == Both{0, -10});
  // Quantized alike they agree.
  CHECK(both(OpType::Relu6, {0.125F, 3}, {0.125F, 3}, 100) == Both{51, 51});
}

TEST_CASE("LEAKY_RELU has a slope below zero, also a negative one") {
  CHECK(both(OpType::LeakyRelu, {1.0F, 0}, {1.0F, 0}, 50, 0.25F) == Both{50, 50});
  CHECK(both(OpType::LeakyRelu, {1.0F, 0}, {1.0F, 0}, -40, 0.25F) == Both{-10, -10});
  CHECK(both(OpType::LeakyRelu, {1.0F, 0}, {1.0F, 0}, -40, -0.25F) == Both{10, 10});
  // 9.375 in two steps: 37.5 quarters go to 37 below zero, and the result is negated behind it.
  CHECK(both(OpType::LeakyRelu, {0.9942957758903503F, 0}, {1.2726986408233643F, 45}, -48, -0.25F) ==
        Both{54, 54});
  CHECK(both(OpType::LeakyRelu, {0.9942957758903503F, 0}, {1.2726986408233643F, 45}, 16, -0.25F) ==
        Both{57, 58});
}

TEST_CASE("LOGISTIC of dtln's scale gives the vectors of numerics.md 6") {
  const Scale in{static_cast<float>(std::ldexp(1332308864.0, -35)), -2}, out{1.0F / 256, -128};
  for (const auto& [x, y] : {std::pair{-128, -126}, {-2, 0}, {0, 5}, {50, 98}, {127, 126}}) {
    CHECK(both(OpType::Logistic, in, out, x) == Both{y, y});
  }
}

TEST_CASE("LOGISTIC and TANH in fixed point differ from a float table in single codes") {
  const Scale logistic{1.0F / 256, -128}, tanh{1.0F / 128, 0};
  CHECK(both(OpType::Logistic, {0.09056991338729858F, 18}, logistic, 69) == Both{125, 126});
  CHECK(both(OpType::Logistic, {0.02124442160129547F, 3}, logistic, -4) == Both{-10, -9});
  CHECK(both(OpType::Tanh, {0.036653656512498856F, -106}, tanh, -122) == Both{-67, -68});
  CHECK(both(OpType::Tanh, {0.036653656512498856F, -106}, tanh, -90) == Both{67, 68});
}

TEST_CASE("LOGISTIC and TANH saturate at both ends and pass through their middle") {
  const Scale logistic{1.0F / 256, -128}, tanh{1.0F / 128, 0};
  for (const auto& [x, y, z] : {std::tuple{-128, -128, -128}, {0, 0, 0}, {127, 127, 127}}) {
    CHECK(both(OpType::Logistic, {0.5F, 0}, logistic, x) == Both{y, y});
    CHECK(both(OpType::Tanh, {0.5F, 0}, tanh, x) == Both{z, z});
  }
}

TEST_CASE("from input scale 8 on LOGISTIC and TANH of TFLM have no middle") {
  CHECK(both(OpType::Logistic, {10.0F, 0}, {1.0F / 256, -128}, 0) == Both{-128, 0});
  CHECK(both(OpType::Tanh, {10.0F, 0}, {1.0F / 128, 0}, 0) == Both{-128, 0});
  CHECK(both(OpType::Tanh, {10.0F, 0}, {1.0F / 128, 0}, 1) == Both{127, 127});
}

TEST_CASE("HARD_SWISH is 0 below -3 and the value above 3") {
  for (const int x : {-128, -48}) {
    CHECK(both(OpType::HardSwish, {0.0625F, 0}, {0.0625F, 0}, x) == Both{0, 0});
  }
  for (const int x : {48, 100, 127}) {
    CHECK(both(OpType::HardSwish, {0.0625F, 0}, {0.0625F, 0}, x) == Both{x, x});
  }
  // The ratio of the scales lies on the edge of two 16-bit mantissas.
  CHECK(both(OpType::HardSwish, {0.02371303178369999F, 0}, {0.0033292286098003387F, -128}, 40) ==
        Both{59, 60});
  CHECK_THROWS_AS(both(OpType::HardSwish, {1.0F, 0}, {1.0F / 256, 0}, 1), Error);
}

TEST_CASE("QUANTIZE between int8 and uint8 of one scale flips the top bit") {
  SmallGraph g(OpType::Quantize);
  g.input({4}, {0.1F, -5}).output({4}, {0.1F, 123}, DType::kUint8);
  CHECK(g.run({{-128, -1, 0, 127}}) == Codes{0, 127, 128, 255});
  const Graph graph = g.graph();
  const UnaryTable table = unary_table(graph, graph.ops[0]);
  for (std::size_t byte = 0; byte < 256; ++byte) CHECK(table[byte] == (byte ^ 0x80U));
}

TEST_CASE("QUANTIZE from float rounds halves away from zero and saturates") {
  TensorInfo t;
  t.quant.scale = {0.5F};
  t.quant.zero_point = {-3};
  const auto code = [&](float v) { return static_cast<std::int8_t>(quantize_float(v, t)); };
  CHECK(code(0.25F) == -2);
  CHECK(code(std::nextafter(0.25F, 0.0F)) == -3);
  CHECK(code(-0.25F) == -4);
  CHECK(code(-0.0F) == -3);
  CHECK(code(65.0F) == 127);
  CHECK(code(1000.0F) == 127);
  CHECK(code(-1000.0F) == -128);
  t.dtype = DType::kUint8;
  t.quant.zero_point = {250};
  CHECK(quantize_float(2.5F, t) == 255);
  CHECK(quantize_float(3.0F, t) == 255);
  CHECK(quantize_float(-126.0F, t) == 0);
}

TEST_CASE("QUANTIZE of what no int32 holds does as x86-64 converts: -2^31, then the zero point") {
  TensorInfo t;
  t.quant.scale = {1.0F};
  for (const float v : {3e9F, -3e9F, INFINITY, -INFINITY, std::nanf("")}) {
    t.quant.zero_point = {0};
    CHECK(static_cast<std::int8_t>(quantize_float(v, t)) == -128);
    t.quant.zero_point = {-1};  // wraps to the greatest
    CHECK(static_cast<std::int8_t>(quantize_float(v, t)) == 127);
  }
}

TEST_CASE("DEQUANTIZE multiplies in float") {
  TensorInfo t;
  t.quant.scale = {0.1F};
  t.quant.zero_point = {-3};
  CHECK(dequantize_code(0, t) == 0.1F * 3.0F);
  CHECK(dequantize_code(0xFD, t) == 0.0F);
  CHECK(dequantize_code(0x80, t) == 0.1F * -125.0F);
  t.dtype = DType::kUint8;
  CHECK(dequantize_code(0x80, t) == 0.1F * 131.0F);
}

TEST_CASE("golden takes float32 into codes and back out of them") {
  SmallGraph in(OpType::Quantize), out(OpType::Dequantize);
  in.input({2}, {}, DType::kFloat32).output({2}, {0.5F, 1});
  Tensor x(DType::kFloat32, {2});
  const float values[] = {1.0F, -1.25F};
  std::memcpy(x.bytes.data(), values, sizeof values);
  const Tensor codes = golden::run(in.graph(), {x})[1];
  CHECK(codes.at(0) == 3);
  CHECK(codes.at(1) == -2);
  out.input({2}, {0.5F, 1}).output({2}, {}, DType::kFloat32);
  const Tensor back = golden::run(out.graph(), {codes})[1];
  float got[2];
  std::memcpy(got, back.bytes.data(), sizeof got);
  CHECK(got[0] == 1.0F);
  CHECK(got[1] == -1.5F);

  const Graph first = in.graph(), last = out.graph();
  const golden::Stages quantized = golden::explain(first, first.ops[0], {x, codes}, 1);
  REQUIRE(quantized.size() == 1);
  CHECK(quantized[0].value == -2);
  const golden::Stages dequantized = golden::explain(last, last.ops[0], {codes, back}, 1);
  REQUIRE(dequantized.size() == 1);
  CHECK(dequantized[0].value == -3);  // -2 - 1
}

TEST_CASE("unary_table refuses an operator of two operands") {
  SmallGraph g(OpType::Mul);
  g.input({1}).input({1}).output({1});
  const Graph graph = g.graph();
  CHECK_FALSE(is_unary(graph, graph.ops[0]));
  CHECK_THROWS_AS(unary_table(graph, graph.ops[0]), Error);
}
