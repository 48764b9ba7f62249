// bad_inputs.md 2.1, rows T12 to T14, T19 to T22 and T25: shapes, bytes, quantization, types.
#include <limits>

#include "tests/compiler/tflite_cases.h"

namespace vernier {

TEST_CASE("a constant has exactly the bytes of its shape and type (T12)") {
  for (const int change : {-1, 1, 1000}) {
    auto m = conv_model();
    m.tensors[1].data.resize(static_cast<std::size_t>(108 + change));
    refused(
        m, ErrorId::TflBufferSize,
        {"tensor 1 \"t1\"", std::to_string(108 + change) + " bytes", "4x3x3x3 of int8 takes 108"});
    m = conv_model();
    m.tensors[2].data.resize(static_cast<std::size_t>(16 + change));
    refused(m, ErrorId::TflBufferSize,
            {"tensor 2 \"t2\"", std::to_string(16 + change) + " bytes", "4 of int32 takes 16"});
  }
}

TEST_CASE("dimensions are positive and within the limit (T13)") {
  for (const int dim : {0, -1, -2, INT32_MIN, (1 << 24) + 1, INT32_MAX}) {
    for (const std::size_t t : {0u, 1u, 2u, 3u}) {
      auto m = conv_model();
      m.tensors[t].shape.back() = dim;
      refused(m, ErrorId::TflShape,
              {"tensor " + std::to_string(t), "dimension", "is " + std::to_string(dim),
               "must be 1..16777216"});
    }
  }
}

TEST_CASE("the product of the dimensions cannot wrap (T13)") {
  auto m = conv_model();
  m.tensors[0].shape = {1 << 16, 1 << 16, 1 << 16, 1 << 16};  // 2^64: 0 in 64 bits
  refused(m, ErrorId::TflShape, {"tensor 0", "4294967296 elements up to dimension 1"});
  m.tensors[0].shape = {1 << 24, 1 << 24, 1 << 16, 1 << 1};  // 2^65
  refused(m, ErrorId::TflShape, {"tensor 0", "at most 2147483648"});
  m.tensors[0].shape = {1, 1 << 11, 1 << 20, 2};
  refused(m, ErrorId::TflShape, {"4294967296 elements up to dimension 3"});
}

TEST_CASE("ranks of 0 and above 6 are refused (T14)") {
  auto m = conv_model();
  m.tensors[0].shape = {};
  refused(m, ErrorId::TflShape, {"tensor 0 \"t0\": rank 0", "must be 1..6"});
  m = conv_model();
  m.tensors[1].shape = {};  // a constant may be a scalar, but these weights may not
  m.tensors[1].data.resize(1);
  m.tensors[1].scale.resize(1);
  m.tensors[1].zero_point.resize(1);
  refused(m, ErrorId::TflOperandShape, {"input 1 (tensor 1 \"t1\"): shape scalar"});
  m = conv_model();
  m.tensors[0].shape = {1, 1, 1, 1, 6, 6, 3};
  refused(m, ErrorId::TflShape, {"tensor 0 \"t0\": rank 7, must be 1..6"});
  m.tensors[0].shape = {1, 1, 1, 6, 6, 3};
  refused(m, ErrorId::TflShape, {"input 0 (tensor 0 \"t0\"): shape 1x1x1x6x6x3", "rank 4"});
}

TEST_CASE("a dynamic batch that is stored as 1 is 1, other dynamic dimensions are refused (T14)") {
  auto m = conv_model();
  m.tensors[0].shape_signature = {-1, 6, 6, 3};
  CHECK(imported(m).tensors[0].shape == Shape{1, 6, 6, 3});
  for (const int open : {-1, 0}) {  // also where the batch is open in the stored shapes
    auto pinned = m;
    pinned.tensors[0].shape[0] = open;
    pinned.tensors[3].shape[0] = open;
    const Graph g = imported(pinned);
    CHECK(g.tensors[0].shape == Shape{1, 6, 6, 3});
    CHECK(g.tensors[3].shape == Shape{1, 6, 6, 4});
    pinned.tensors[1].shape[0] = open;  // constants have no batch
    refused(pinned, ErrorId::TflShape, {"tensor 1 \"t1\": dimension 0 is " + std::to_string(open)});
  }
  m.tensors[0].shape_signature = {1, -1, 6, 3};
  refused(m, ErrorId::TflDynamic,
          {"tensor 0 \"t0\": shape_signature says -1 in dimension 1", "pin the shape"});
  m.tensors[0].shape_signature = {1, 6, 6, 4};
  refused(m, ErrorId::TflDynamic, {"says 4 in dimension 3, shape says 3"});
  m.tensors[0].shape_signature = {-1, 6, 6};
  refused(m, ErrorId::TflDynamic, {"shape_signature of rank 3, shape of rank 4"});
}

TEST_CASE("another batch than 1 is refused with how to pin the shape (T14)") {
  auto m = conv_model();
  m.tensors[0].shape[0] = 2;
  m.tensors[3].shape[0] = 2;
  refused(m, ErrorId::TflDynamic, {"batch 2 must be 1", "input_shape=(1, ...)"});
  m = add_model();
  for (auto& t : m.tensors) t.shape[0] = 8;
  refused(m, ErrorId::TflDynamic, {"graph input 0 (tensor 0 \"t0\")", "batch 8 must be 1"});
}

TEST_CASE("missing and incomplete quantization is refused with the tensor's name (T19)") {
  for (const std::size_t t : {0u, 1u, 2u, 3u}) {
    const auto place = "tensor " + std::to_string(t) + " \"t" + std::to_string(t) + "\"";
    auto m = conv_model();
    m.tensors[t].has_quantization = false;
    refused(m, ErrorId::TflNoQuant, {"op 0 CONV_2D", place, "has no scale"});
    m = conv_model();
    m.tensors[t].scale.clear();
    refused(m, ErrorId::TflNoQuant, {place, "has no scale"});
    m = conv_model();
    m.tensors[t].zero_point.clear();
    refused(m, ErrorId::TflNoQuant, {place, "and 0 zero points"});
    m = conv_model();
    m.tensors[t].zero_point.push_back(0);
    refused(m, ErrorId::TflNoQuant, {place, "scales and"});
  }
  auto m = conv_model();  // an input that no operator reads
  m.tensors[static_cast<std::size_t>(m.input({1, 4}, 1.0F, 0))].has_quantization = false;
  refused(m, ErrorId::TflNoQuant, {"graph input 1 (tensor 4 \"t4\"): 0 scales"});
}

TEST_CASE("scales are positive, finite and normal (T20)") {
  using Limits = std::numeric_limits<float>;
  const float least = Limits::min();
  for (const float bad : {0.0F, -0.0F, -0.5F, Limits::quiet_NaN(), Limits::infinity(),
                          -Limits::infinity(), least / 2, Limits::denorm_min()}) {
    for (const std::size_t t : {0u, 1u, 2u, 3u}) {
      auto m = conv_model();
      m.tensors[t].scale.back() = bad;
      refused(m, ErrorId::TflScale,
              {"tensor " + std::to_string(t), "must be positive, finite and normal"});
    }
  }
  // The least normal scale is legal; the multiplier flushes to zero.
  ModelBuilder m;
  const int x = m.input({1, 8}, 1.0F, 0);
  const int w = m.weights({3, 8}, ramp(24), {least});
  m.mark_output(m.fully_connected(x, w, -1, {}, 1.0F, 0));
  CHECK(imported(m).tensors[1].quant.scale[0] == least);
}

TEST_CASE("zero points fit their type: int8 -128..127, weights and biases 0 (T21)") {
  for (const int zero : {-128, 127}) {
    auto m = conv_model();
    m.tensors[0].zero_point = {zero};
    m.tensors[3].zero_point = {zero};
    CHECK(imported(m).tensors[0].quant.zero_point[0] == zero);
  }
  for (const std::int64_t zero : {std::int64_t{-129}, std::int64_t{128}, std::int64_t{1} << 32,
                                  std::numeric_limits<std::int64_t>::min()}) {
    for (const std::size_t t : {0u, 3u}) {
      auto m = conv_model();
      m.tensors[t].zero_point = {zero};
      refused(m, ErrorId::TflZeroPoint,
              {"tensor " + std::to_string(t), "zero point " + std::to_string(zero),
               "must be -128..127 for int8"});
    }
  }
  auto m = conv_model();
  m.tensors[1].zero_point[2] = 1;
  refused(m, ErrorId::TflZeroPoint, {"input 1 (tensor 1 \"t1\"): zero point 1", "weights have 0"});
  m = conv_model();
  m.tensors[2].zero_point[3] = -1;
  refused(m, ErrorId::TflZeroPoint, {"tensor 2 \"t2\": zero point -1, must be 0 for int32"});
}

TEST_CASE("a per-channel quantization has one scale per channel (T22)") {
  for (const std::size_t count : {2u, 3u, 5u}) {
    auto m = conv_model();
    m.tensors[1].scale.assign(count, 0.1F);
    m.tensors[1].zero_point.assign(count, 0);
    refused(m, ErrorId::TflPerChannel,
            {"tensor 1 \"t1\": " + std::to_string(count) +
             " scales along dimension 0 of 4x3x3x3, must be 1 or 4"});
  }
  auto m = conv_model();
  m.tensors[0].scale.assign(6, 0.1F);
  m.tensors[0].zero_point.assign(6, 0);
  m.tensors[0].quantized_dimension = 1;
  refused(m, ErrorId::TflPerChannel, {"input 0 (tensor 0 \"t0\") has 6 scales, must be 1"});
}

TEST_CASE("the quantized dimension exists and is the output channels' (T22)") {
  for (const int axis : {-1, 4, INT32_MAX, INT32_MIN}) {
    auto m = conv_model();
    m.tensors[1].quantized_dimension = axis;
    refused(m, ErrorId::TflPerChannel,
            {"tensor 1 \"t1\": quantized_dimension " + std::to_string(axis) + ", must be 0..3"});
  }
  auto m = conv_model();
  m.tensors[1].quantized_dimension = 3;
  m.tensors[1].scale.assign(3, 0.1F);
  m.tensors[1].zero_point.assign(3, 0);
  refused(m, ErrorId::TflPerChannel,
          {"input 1 (tensor 1 \"t1\"): quantized_dimension 3, must be 0"});
  m = depthwise_model();
  m.tensors[1].quantized_dimension = 1;
  m.tensors[1].scale.assign(2, 0.1F);
  m.tensors[1].zero_point.assign(2, 0);
  refused(m, ErrorId::TflPerChannel, {"quantized_dimension 1, must be 3"});
}

TEST_CASE("the weights' axis left in a bias is tolerated") {
  for (const int axis : {3, -1, 99}) {
    auto m = conv_model();
    m.tensors[2].quantized_dimension = axis;
    CHECK(imported(m).tensors[2].quant.axis == 0);
  }
  auto m = conv_model();  // nor does an axis mean anything where there is one scale
  m.tensors[0].quantized_dimension = 99;
  CHECK(imported(m).tensors[0].quant.axis == 0);
}

TEST_CASE("types other than 8 bits are refused with what is supported (T25)") {
  const std::pair<int, const char*> types[] = {
      {0, "float32"},   {1, "float16"},  {4, "int64"},     {5, "string"},
      {6, "bool"},      {7, "int16"},    {8, "complex64"}, {10, "float64"},
      {13, "resource"}, {14, "variant"}, {17, "int4"},     {18, "bfloat16"},
      {19, "int2"},     {20, "uint4"},   {-1, "type -1"},  {99, "type 99"}};
  for (const auto& [code, name] : types) {
    // Without data there is no size to disagree with, and the type alone is wrong.
    auto m = conv_model();
    m.tensors[0].type = code;
    m.tensors[0].zero_point = {0};
    refused(m, ErrorId::TflType,
            {"op 0 CONV_2D, input 0", name, "must be int8 or uint8",
             "supported: int8 input, int8 weights, int32 bias, int8 output"});
    m = conv_model();
    m.tensors[3].type = code;
    m.tensors[3].zero_point = {0};
    refused(m, ErrorId::TflType, {"op 0 CONV_2D, output 0", name, "must be int8"});
  }
}

TEST_CASE("hybrid models, int4 weights and int64 biases are refused by name (T23, T25)") {
  auto m = conv_model();
  m.tensors[1].type = 17;
  m.tensors[1].data.resize(54);
  refused(m, ErrorId::TflType, {"op 0 CONV_2D, input 1", "type int4, must be int8"});
  m = conv_model();
  m.tensors[1].type = 3;
  refused(m, ErrorId::TflType, {"op 0 CONV_2D, input 1", "type uint8, must be int8"});
  m = conv_model();
  m.tensors[2].type = 4;
  m.tensors[2].data.resize(32);
  refused(m, ErrorId::TflType, {"op 0 CONV_2D, input 2", "type int64, must be int32"});
  m = fully_connected_model();  // float activations, int8 weights
  m.tensors[0].type = 0;
  m.tensors[3].type = 0;
  refused(m, ErrorId::TflType, {"op 0 FULLY_CONNECTED, input 0", "type float32, must be int8"});
  m = softmax_model();
  m.tensors[1].type = 7;
  m.tensors[1].zero_point = {0};
  refused(m, ErrorId::TflType, {"op 0 SOFTMAX, output 0", "type int16, must be int8"});
  m = reshape_model();
  m.tensors[1].type = 4;
  m.tensors[1].data.resize(16);
  refused(m, ErrorId::TflType, {"op 0 RESHAPE, input 1", "type int64, must be int32"});
  m = conv_model();  // an input that no operator reads
  m.tensors[static_cast<std::size_t>(m.input({1, 4}, 1.0F, 0))].type = 0;
  refused(m, ErrorId::TflType, {"graph input 1 (tensor 4 \"t4\"): type float32, must be int8"});
}

}  // namespace vernier
