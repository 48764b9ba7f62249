// The ends of a graph: float32 through QUANTIZE and DEQUANTIZE, several inputs and outputs. And
// networks of other forms than images of several channels.
#include "tests/compiler/tflite_cases.h"

namespace vernier {
namespace {

// float32 -> QUANTIZE -> LOGISTIC -> DEQUANTIZE -> float32: tensors 0, 1, 2, 3.
ModelBuilder float_model() {
  ModelBuilder m;
  m.mark_output(m.dequantize(m.logistic(m.quantize(m.float_input({1, 10}), 0.1F, 3))));
  return m;
}

}  // namespace

TEST_CASE("float32 enters through QUANTIZE and leaves through DEQUANTIZE") {
  const Graph g = imported(float_model());
  CHECK(g.tensor(g.inputs[0]).dtype == DType::kFloat32);
  CHECK(g.tensor(g.inputs[0]).quant.scale.empty());
  CHECK(g.tensor(g.outputs[0]).dtype == DType::kFloat32);
  CHECK(g.tensors[1].dtype == DType::kInt8);
  CHECK(g.tensors[2].dtype == DType::kInt8);
}

TEST_CASE("float32 inside a graph, or at an end without QUANTIZE, is refused by name (T25)") {
  auto m = float_model();
  m.outputs = {2};  // now DEQUANTIZE leads nowhere
  refused(m, ErrorId::TflType,
          {"op 2 DEQUANTIZE, output 0 (tensor 3 \"t3\"): type float32, must be a graph output"});
  m = float_model();  // the way back: a float32 that is computed
  m.mark_output(m.quantize(3, 0.1F, 0));
  refused(m, ErrorId::TflType,
          {"op 3 QUANTIZE, input 0 (tensor 3 \"t3\"): type float32", "it is no graph input"});
  m = softmax_model();
  m.tensors[0].type = 0;
  refused(m, ErrorId::TflType, {"op 0 SOFTMAX, input 0", "type float32, must be int8 or uint8"});
  m = softmax_model();
  m.float_input({1, 4});
  refused(m, ErrorId::TflType,
          {"graph input 1", "type float32, must be int8, uint8, or float32 read by QUANTIZE"});
  m = float_model();
  m.ops[0].code = 6;  // DEQUANTIZE of float32
  m.ops[0].options_kind = 0;
  refused(m, ErrorId::TflType, {"op 0 DEQUANTIZE, input 0", "must be int8 or uint8"});
  m = float_model();
  m.tensors[3].type = 9;
  refused(m, ErrorId::TflType, {"op 2 DEQUANTIZE, output 0", "type int8, must be float32"});
}

TEST_CASE("QUANTIZE converts between the 8-bit types and scales") {
  for (const DType from : {DType::kInt8, DType::kUint8}) {
    for (const DType to : {DType::kInt8, DType::kUint8}) {
      ModelBuilder m;
      m.mark_output(m.quantize(m.input({1, 10}, 0.5F, 3, from), 0.25F, 7, to));
      const Graph g = imported(m);
      CHECK(g.tensors[0].dtype == from);
      CHECK(g.tensors[1].dtype == to);
      m.tensors[1].type = 7;
      m.tensors[1].zero_point = {0};
      refused(m, ErrorId::TflType, {"op 0 QUANTIZE, output 0", "type int16"});
    }
  }
  ModelBuilder m;  // a uint8 input's reach counts: |x - 0| <= 255, 255 * 2^23 < 2^31
  m.mark_output(m.quantize(m.input({1, 10}, 0x1.8p22F, 0, DType::kUint8), 1.0F, 0));
  CHECK_NOTHROW(imported(m));
  m.tensors[0].scale = {0x1p23F};
  refused(m, ErrorId::TflMultiplier, {"shifts values up to 255 left by 24"});
}

TEST_CASE("a graph has any number of inputs and outputs, in the file's order") {
  const ModelBuilder m = mixed_model();
  const Graph g = imported(m);
  CHECK(g.inputs == std::vector<int>(m.inputs.begin(), m.inputs.end()));
  CHECK(g.outputs == std::vector<int>(m.outputs.begin(), m.outputs.end()));
  CHECK(g.inputs.size() == 2);
  CHECK(g.outputs.size() == 2);
}

TEST_CASE("networks in one dimension import, along either of height and width") {
  for (const bool along_width : {true, false}) {
    const Shape image = along_width ? Shape{1, 1, 20, 2} : Shape{1, 20, 1, 2};
    const Shape filter = along_width ? Shape{4, 1, 5, 2} : Shape{4, 5, 1, 2};
    const Shape taps = along_width ? Shape{1, 1, 3, 4} : Shape{1, 3, 1, 4};
    OpOptions strided, pool;
    (along_width ? strided.stride_w : strided.stride_h) = 2;
    (along_width ? pool.filter_w : pool.filter_h) = 4;
    (along_width ? pool.stride_w : pool.stride_h) = 4;
    ModelBuilder m;
    const int w = m.weights(filter, ramp(40), {0.02F});
    const int a = m.conv(m.input(image, 0.5F, -3), w, -1, strided, 1.0F, 0);
    const int v = m.weights(taps, ramp(12), std::vector<float>(4, 0.02F), 3);
    const int p = m.average_pool(m.depthwise_conv(a, v, -1, {}, 0.5F, 0), pool);
    m.mark_output(p);
    const Graph g = imported(m);
    const OpAttrs& first = g.ops[0].attrs;  // (10 - 1) * 2 + 5 - 20 = 3 taps outside
    CHECK((along_width ? first.pad_left : first.pad_top) == 1);
    CHECK((along_width ? first.pad_right : first.pad_bottom) == 2);
    CHECK((along_width ? first.pad_top : first.pad_left) == 0);
    CHECK(g.tensor(p).shape == (along_width ? Shape{1, 1, 3, 4} : Shape{1, 3, 1, 4}));
  }
}

TEST_CASE("a depthwise convolution may come first, with 8 channels of one") {
  OpOptions o;
  o.depth_multiplier = 8;
  o.stride_h = o.stride_w = 2;
  ModelBuilder m;
  const int x = m.input({1, 9, 9, 1}, 0.5F, 127);
  const int w = m.weights({1, 3, 3, 8}, ramp(72), std::vector<float>(8, 0.01F), 3);
  const int y = m.depthwise_conv(x, w, m.bias(x, w, std::vector<int>(8, 1)), o, 1.0F, 0);
  m.tensors[2].quantized_dimension = 3;  // of the weights, on a vector
  m.mark_output(y);
  const Graph g = imported(m);
  CHECK(g.ops[0].attrs.depth_multiplier == 8);
  CHECK(g.tensor(y).shape == Shape{1, 5, 5, 8});
}

TEST_CASE("FULLY_CONNECTED of rank 3 and 4 stores rows, or the kept dimensions") {
  for (const Shape& image : {Shape{1, 3, 8}, Shape{1, 2, 3, 8}}) {
    ModelBuilder m;
    const int x = m.input(image, 0.5F, 0);
    const int w = m.weights({5, 8}, ramp(40), {0.01F});
    const int y = m.fully_connected(x, w, -1, {}, 1.0F, 0);
    m.mark_output(y);
    const int rows = static_cast<int>(element_count(image)) / 8;
    CHECK(imported(m).tensor(y).shape == Shape{rows, 5});
    Shape kept = image;
    kept.back() = 5;
    m.tensors[static_cast<std::size_t>(y)].shape = kept;
    CHECK(imported(m).tensor(y).shape == kept);
    m.ops[0].options.keep_num_dims = true;
    CHECK(imported(m).tensor(y).shape == kept);
    m.tensors[static_cast<std::size_t>(y)].shape = {rows, 5};
    refused(m, ErrorId::TflOutputShape, {"computed " + shape_text(kept)});
  }
}

TEST_CASE("biases may be absent everywhere, as -1 or not listed at all") {
  for (const bool listed : {true, false}) {
    ModelBuilder m = network_model();
    for (OpRecord& op : m.ops) {
      if (op.code != 3 && op.code != 4 && op.code != 9) continue;
      op.inputs[2] = -1;
      if (!listed) op.inputs.pop_back();
    }
    CHECK(imported(m).ops.size() == m.ops.size());
  }
}

}  // namespace vernier
