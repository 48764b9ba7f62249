// Small .tflite models made in memory: well-formed ones by the methods, hostile ones by editing the
// public records afterwards.
//
//   ModelBuilder m;
//   const int x = m.input({1, 8, 8, 3}, 0.5F, -3);
//   const int w = m.weights({4, 3, 3, 3}, codes, {0.1F});          // per channel: 4 scales, axis 0
//   const int y = m.conv(x, w, m.bias(x, w, {1, 2, 3, 4}), {}, 1.0F, 0);
//   m.mark_output(y);
//   Graph g = import_tflite(m.bytes(), "built.tflite");
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hw_models/spec/graph.h"

namespace vernier {

// A tensor as the file stores it.
struct TensorRecord {
  std::string name;
  int type = 9;  // the format's TensorType; 9 is int8
  std::vector<std::int32_t> shape;
  std::vector<float> scale;
  std::vector<std::int64_t> zero_point;
  std::int32_t quantized_dimension = 0;
  std::vector<std::uint8_t> data;       // empty: the empty buffer 0
  std::optional<std::uint32_t> buffer;  // another index than the one that holds `data`
  std::vector<std::int32_t> shape_signature;
  bool has_quantization = true;
  bool custom_quantization = false;
  bool is_variable = false;
  bool is_sparse = false;
};

// An operator's options; each kind reads its own.
struct OpOptions {
  bool same = true;  // SAME or VALID
  int stride_h = 1, stride_w = 1;
  int dilation_h = 1, dilation_w = 1;
  int filter_h = 1, filter_w = 1;  // pools
  int depth_multiplier = 1;
  int activation = 0;  // the format's code: 0 NONE, 1 RELU, 3 RELU6
  float beta = 1.0F;
  bool keep_num_dims = false;
  int weights_format = 0;
  std::vector<std::int32_t> new_shape;
  int padding_code = -1;  // other than -1: stored in place of `same`
  int axis = 0;           // concatenation
  bool keep_dims = false;
  float alpha = 0.0F;
  bool align_corners = false, half_pixel_centers = false;
  // Strided slice: bit i is of index i.
  int begin_mask = 0, end_mask = 0, ellipsis_mask = 0, new_axis_mask = 0, shrink_axis_mask = 0;
  bool offset = false;
};

struct OpRecord {
  std::int32_t code = 0;         // builtin code
  std::int8_t narrow_code = -1;  // other than -1: stored in the 8-bit field in place of code's
  std::string custom_code;
  std::vector<std::int32_t> inputs, outputs;
  OpOptions options;
  int options_kind = 0;  // the union's tag that is written; 0 none
  std::vector<std::uint8_t> custom_options;
  std::uint64_t large_custom_options_offset = 0;
  std::vector<std::uint8_t> mutating;
  std::optional<std::uint32_t> opcode_index;  // another index than the right one
};

class ModelBuilder {
 public:
  // --- tensors; each returns the tensor's index. `type` is kInt8 or kUint8.
  int activation(const Shape& shape, float scale, int zero_point, DType type = DType::kInt8);
  // An activation that is a graph input.
  int input(const Shape& shape, float scale, int zero_point, DType type = DType::kInt8);
  // A graph input of float32, for quantize.
  int float_input(const Shape& shape);
  // Row-major codes; one scale, or one per slice along `axis`.
  int weights(const Shape& shape, const std::vector<std::int8_t>& codes,
              const std::vector<float>& scales, int axis = 0);
  int weights_u8(const Shape& shape, const std::vector<std::uint8_t>& codes, float scale,
                 int zero_point);
  // A constant operand of add, sub, mul or concatenation.
  int constant(const Shape& shape, const std::vector<int>& codes, float scale, int zero_point,
               DType type = DType::kInt8);
  // int32 with the scales f32(scale of x * scale of w).
  int bias(int x, int w, const std::vector<std::int32_t>& values);
  // Constants without quantization; {} is the shape of a scalar.
  int int32_vector(const std::vector<std::int32_t>& values);
  int int32_constant(const Shape& shape, const std::vector<std::int32_t>& values);
  int int64_constant(const Shape& shape, const std::vector<std::int64_t>& values);

  // --- operators; each adds the output tensor, of the computed shape and of x's type, and returns
  // its index. `b` is -1 for no bias. The convolutions' filter extent is that of the weights.
  int conv(int x, int w, int b, const OpOptions& options, float scale, int zero_point);
  int depthwise_conv(int x, int w, int b, const OpOptions& options, float scale, int zero_point);
  int fully_connected(int x, int w, int b, const OpOptions& options, float scale, int zero_point);
  int average_pool(int x, const OpOptions& options);
  int max_pool(int x, const OpOptions& options);
  // Of two operands that broadcast.
  int add(int x, int y, const OpOptions& options, float scale, int zero_point);
  int sub(int x, int y, const OpOptions& options, float scale, int zero_point);
  int mul(int x, int y, const OpOptions& options, float scale, int zero_point);
  int concatenation(const std::vector<int>& xs, int axis, float scale, int zero_point);
  // Of one operand; the output has x's scale and zero point where none is given.
  int relu(int x, float scale, int zero_point);
  int relu6(int x, float scale, int zero_point);
  int leaky_relu(int x, float alpha, float scale, int zero_point);
  int hard_swish(int x, float scale, int zero_point);
  int logistic(int x);
  int tanh(int x);
  int softmax(int x, float beta = 1.0F);
  int mean(int x, const std::vector<int>& axes, bool keep_dims, float scale, int zero_point);
  // The shape goes into a constant second input.
  int reshape(int x, const Shape& shape);
  int transpose(int x, const std::vector<int>& perm);
  // Elements before and behind each dimension.
  int pad(int x, const std::vector<int>& before, const std::vector<int>& after);
  // The options' masks count; ellipsis, new axis and offset are written but not computed with.
  int strided_slice(int x, const std::vector<int>& begin, const std::vector<int>& end,
                    const std::vector<int>& strides, const OpOptions& options = {});
  int resize_nearest(int x, int height, int width, bool align_corners = false,
                     bool half_pixel_centers = false);
  // From float32 or 8 bits to 8 bits.
  int quantize(int x, float scale, int zero_point, DType type = DType::kInt8);
  // To float32.
  int dequantize(int x);

  void mark_output(int tensor) { outputs.push_back(tensor); }

  // The file.
  std::vector<std::uint8_t> bytes() const;

  // --- what is written, for editing
  std::uint32_t version = 3;
  int subgraphs = 1;
  std::string description = "vernier test";
  std::vector<TensorRecord> tensors;
  std::vector<OpRecord> ops;
  std::vector<std::int32_t> inputs, outputs;
  bool omit_tensors = false, omit_operators = false, omit_buffers = false, omit_codes = false;
  std::vector<std::uint8_t> buffer_zero;  // must be empty in a legal file
  std::uint64_t buffer_offset = 0;        // stored in every buffer

 private:
  int new_tensor(TensorRecord record);
  int new_op(OpType type, int options_kind, std::vector<std::int32_t> operands,
             const OpOptions& options, int output);
  const TensorRecord& record(int tensor) const { return tensors[static_cast<std::size_t>(tensor)]; }
  Shape shape_of(int tensor) const { return record(tensor).shape; }
  DType type_of(int tensor) const;
  // An activation of x's type, and of its quantization where none is given.
  int result(int x, const Shape& shape, float scale, int zero_point);
  int result(int x, const Shape& shape);
  int pool(OpType type, int x, const OpOptions& options);
  int elementwise(OpType type, int options_kind, int x, int y, const OpOptions& options,
                  float scale, int zero_point);
};

}  // namespace vernier
