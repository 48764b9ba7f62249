#include "tests/support/model_builder.h"

#include <cstring>

#include "tflite_generated.h"

namespace vernier {
namespace {

int builtin_code(OpType type) {
  switch (type) {
#define VERNIER_OP(name, fn, tflite, code, fewest, most) \
  case OpType::name:                                     \
    return code;
#include "hw_models/spec/ops.def"
#undef VERNIER_OP
  }
  return -1;
}

// Output positions of a window over `in`, by counting where it may start.
int positions(bool same, int in, int filter, int stride, int dilation) {
  const int reach = (filter - 1) * dilation;
  int count = 0;
  for (int at = 0; at < in; at += stride) count += same || at + reach < in ? 1 : 0;
  return count;
}

template <class T>
std::vector<std::uint8_t> raw(const std::vector<T>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

flatbuffers::Offset<void> write_options(flatbuffers::FlatBufferBuilder& b, const OpRecord& op) {
  const OpOptions& o = op.options;
  const auto padding = static_cast<std::int8_t>(o.padding_code >= 0 ? o.padding_code : !o.same);
  const auto activation = static_cast<std::int8_t>(o.activation);
  switch (op.options_kind) {
    case fb::BuiltinOptions_Conv2DOptions:
      return fb::CreateConv2DOptions(b, padding, o.stride_w, o.stride_h, activation, o.dilation_w,
                                     o.dilation_h)
          .Union();
    case fb::BuiltinOptions_DepthwiseConv2DOptions:
      return fb::CreateDepthwiseConv2DOptions(b, padding, o.stride_w, o.stride_h,
                                              o.depth_multiplier, activation, o.dilation_w,
                                              o.dilation_h)
          .Union();
    case fb::BuiltinOptions_Pool2DOptions:
      return fb::CreatePool2DOptions(b, padding, o.stride_w, o.stride_h, o.filter_w, o.filter_h,
                                     activation)
          .Union();
    case fb::BuiltinOptions_FullyConnectedOptions:
      return fb::CreateFullyConnectedOptions(
                 b, activation, static_cast<std::int8_t>(o.weights_format), o.keep_num_dims)
          .Union();
    case fb::BuiltinOptions_SoftmaxOptions:
      return fb::CreateSoftmaxOptions(b, o.beta).Union();
    case fb::BuiltinOptions_AddOptions:
      return fb::CreateAddOptions(b, activation).Union();
    case fb::BuiltinOptions_ReshapeOptions:
      return fb::CreateReshapeOptionsDirect(b, &o.new_shape).Union();
    case fb::BuiltinOptions_QuantizeOptions:
      return fb::CreateQuantizeOptions(b).Union();
    default:
      return 0;
  }
}

flatbuffers::Offset<fb::QuantizationParameters> write_quantization(
    flatbuffers::FlatBufferBuilder& b, const TensorRecord& t) {
  if (!t.has_quantization) return 0;
  const auto details =
      t.custom_quantization ? fb::CreateCustomQuantization(b).Union() : flatbuffers::Offset<void>();
  return fb::CreateQuantizationParametersDirect(
      b, nullptr, nullptr, t.scale.empty() ? nullptr : &t.scale,
      t.zero_point.empty() ? nullptr : &t.zero_point,
      t.custom_quantization ? fb::QuantizationDetails_CustomQuantization
                            : fb::QuantizationDetails_NONE,
      details, t.quantized_dimension);
}

}  // namespace

int ModelBuilder::new_tensor(TensorRecord record) {
  record.name = "t" + std::to_string(tensors.size());
  tensors.push_back(std::move(record));
  return static_cast<int>(tensors.size()) - 1;
}

int ModelBuilder::new_op(OpType type, int options_kind, std::vector<std::int32_t> operands,
                         const OpOptions& options, int output) {
  OpRecord op;
  op.code = builtin_code(type);
  op.options_kind = options_kind;
  op.inputs = std::move(operands);
  op.outputs = {output};
  op.options = options;
  ops.push_back(op);
  return output;
}

Shape ModelBuilder::shape_of(int tensor) const {
  return tensors[static_cast<std::size_t>(tensor)].shape;
}

int ModelBuilder::activation(const Shape& shape, float scale, int zero_point) {
  TensorRecord t;
  t.shape = shape;
  t.scale = {scale};
  t.zero_point = {zero_point};
  return new_tensor(t);
}

int ModelBuilder::input(const Shape& shape, float scale, int zero_point) {
  inputs.push_back(activation(shape, scale, zero_point));
  return inputs.back();
}

int ModelBuilder::weights(const Shape& shape, const std::vector<std::int8_t>& codes,
                          const std::vector<float>& scales, int axis) {
  TensorRecord t;
  t.shape = shape;
  t.scale = scales;
  t.zero_point.assign(scales.size(), 0);
  t.quantized_dimension = axis;
  t.data = raw(codes);
  return new_tensor(t);
}

int ModelBuilder::bias(int x, int w, const std::vector<std::int32_t>& values) {
  TensorRecord t;
  t.type = 2;
  t.shape = {static_cast<int>(values.size())};
  for (const float s : tensors[static_cast<std::size_t>(w)].scale) {
    t.scale.push_back(tensors[static_cast<std::size_t>(x)].scale[0] * s);
    t.zero_point.push_back(0);
  }
  t.data = raw(values);
  return new_tensor(t);
}

int ModelBuilder::int32_vector(const std::vector<std::int32_t>& values) {
  TensorRecord t;
  t.type = 2;
  t.shape = {static_cast<int>(values.size())};
  t.has_quantization = false;
  t.data = raw(values);
  return new_tensor(t);
}

int ModelBuilder::conv(int x, int w, int b, const OpOptions& o, float scale, int zero_point) {
  const Shape in = shape_of(x), filter = shape_of(w);
  const Shape out{1, positions(o.same, in[1], filter[1], o.stride_h, o.dilation_h),
                  positions(o.same, in[2], filter[2], o.stride_w, o.dilation_w), filter[0]};
  return new_op(OpType::Conv, fb::BuiltinOptions_Conv2DOptions, {x, w, b}, o,
                activation(out, scale, zero_point));
}

int ModelBuilder::depthwise_conv(int x, int w, int b, const OpOptions& o, float scale,
                                 int zero_point) {
  const Shape in = shape_of(x), filter = shape_of(w);
  const Shape out{1, positions(o.same, in[1], filter[1], o.stride_h, o.dilation_h),
                  positions(o.same, in[2], filter[2], o.stride_w, o.dilation_w), filter[3]};
  return new_op(OpType::DepthwiseConv, fb::BuiltinOptions_DepthwiseConv2DOptions, {x, w, b}, o,
                activation(out, scale, zero_point));
}

int ModelBuilder::fully_connected(int x, int w, int b, const OpOptions& o, float scale,
                                  int zero_point) {
  const Shape in = shape_of(x), filter = shape_of(w);
  Shape out{static_cast<int>(element_count(in) / filter[1]), filter[0]};
  if (o.keep_num_dims) {
    out = in;
    out.back() = filter[0];
  }
  return new_op(OpType::FullyConnected, fb::BuiltinOptions_FullyConnectedOptions, {x, w, b}, o,
                activation(out, scale, zero_point));
}

int ModelBuilder::add(int x, int y, const OpOptions& o, float scale, int zero_point) {
  return new_op(OpType::Add, fb::BuiltinOptions_AddOptions, {x, y}, o,
                activation(shape_of(x), scale, zero_point));
}

int ModelBuilder::pool(OpType type, int x, const OpOptions& o) {
  const TensorRecord in = tensors[static_cast<std::size_t>(x)];
  const Shape out{1, positions(o.same, in.shape[1], o.filter_h, o.stride_h, 1),
                  positions(o.same, in.shape[2], o.filter_w, o.stride_w, 1), in.shape[3]};
  return new_op(type, fb::BuiltinOptions_Pool2DOptions, {x}, o,
                activation(out, in.scale[0], static_cast<int>(in.zero_point[0])));
}

int ModelBuilder::average_pool(int x, const OpOptions& options) {
  return pool(OpType::AveragePool, x, options);
}

int ModelBuilder::max_pool(int x, const OpOptions& options) {
  return pool(OpType::MaxPool, x, options);
}

int ModelBuilder::reshape(int x, const Shape& shape) {
  const TensorRecord in = tensors[static_cast<std::size_t>(x)];
  const int wanted = int32_vector(shape);
  Shape out = shape;
  std::int64_t rest = element_count(in.shape);
  for (const int d : out) rest /= d == -1 ? 1 : d;
  for (int& d : out) {
    if (d == -1) d = static_cast<int>(rest);
  }
  OpOptions options;
  options.new_shape = out;
  return new_op(OpType::Reshape, fb::BuiltinOptions_ReshapeOptions, {x, wanted}, options,
                activation(out, in.scale[0], static_cast<int>(in.zero_point[0])));
}

int ModelBuilder::softmax(int x, float beta) {
  OpOptions options;
  options.beta = beta;
  return new_op(OpType::Softmax, fb::BuiltinOptions_SoftmaxOptions, {x}, options,
                activation(shape_of(x), 1.0F / 256, -128));
}

int ModelBuilder::quantize(int x, float scale, int zero_point) {
  return new_op(OpType::Quantize, fb::BuiltinOptions_QuantizeOptions, {x}, {},
                activation(shape_of(x), scale, zero_point));
}

std::vector<std::uint8_t> ModelBuilder::bytes() const {
  flatbuffers::FlatBufferBuilder b;
  std::vector<flatbuffers::Offset<fb::Buffer>> buffer_list;
  const auto write_buffer = [&](const std::vector<std::uint8_t>& data) {
    if (!data.empty()) b.ForceVectorAlignment(data.size(), 1, 16);
    buffer_list.push_back(fb::CreateBufferDirect(b, data.empty() ? nullptr : &data, buffer_offset));
  };
  write_buffer(buffer_zero);

  std::vector<flatbuffers::Offset<fb::Tensor>> tensor_list;
  for (const TensorRecord& t : tensors) {
    std::uint32_t buffer = 0;
    if (!t.data.empty()) {
      buffer = static_cast<std::uint32_t>(buffer_list.size());
      write_buffer(t.data);
    }
    // Not CreateTensorDirect: a name may hold NUL bytes.
    const auto name = b.CreateString(t.name);
    const auto shape = b.CreateVector(t.shape);
    const auto quantization = write_quantization(b, t);
    const auto sparsity = t.is_sparse ? fb::CreateSparsityParameters(b)
                                      : flatbuffers::Offset<fb::SparsityParameters>();
    const auto signature = t.shape_signature.empty()
                               ? flatbuffers::Offset<flatbuffers::Vector<std::int32_t>>()
                               : b.CreateVector(t.shape_signature);
    tensor_list.push_back(fb::CreateTensor(b, shape, static_cast<std::int8_t>(t.type),
                                           t.buffer.value_or(buffer), name, quantization,
                                           t.is_variable, sparsity, signature));
  }

  std::vector<flatbuffers::Offset<fb::OperatorCode>> code_list;
  std::vector<flatbuffers::Offset<fb::Operator>> op_list;
  for (const OpRecord& op : ops) {
    const auto index = op.opcode_index.value_or(static_cast<std::uint32_t>(code_list.size()));
    const auto narrow =
        op.narrow_code != -1 ? op.narrow_code : static_cast<std::int8_t>(std::min(op.code, 127));
    code_list.push_back(fb::CreateOperatorCodeDirect(
        b, narrow, op.custom_code.empty() ? nullptr : op.custom_code.c_str(), 1, op.code));
    const auto options = write_options(b, op);
    op_list.push_back(fb::CreateOperatorDirect(
        b, index, &op.inputs, &op.outputs, static_cast<fb::BuiltinOptions>(op.options_kind),
        options, op.custom_options.empty() ? nullptr : &op.custom_options, 0,
        op.mutating.empty() ? nullptr : &op.mutating, nullptr, op.large_custom_options_offset));
  }

  std::vector<flatbuffers::Offset<fb::SubGraph>> subgraph_list;
  for (int i = 0; i < subgraphs; ++i) {
    subgraph_list.push_back(fb::CreateSubGraphDirect(b, omit_tensors ? nullptr : &tensor_list,
                                                     &inputs, &outputs,
                                                     omit_operators ? nullptr : &op_list, "main"));
  }
  b.Finish(fb::CreateModelDirect(b, version, omit_codes ? nullptr : &code_list, &subgraph_list,
                                 description.c_str(), omit_buffers ? nullptr : &buffer_list),
           fb::ModelIdentifier());
  return {b.GetBufferPointer(), b.GetBufferPointer() + b.GetSize()};
}

}  // namespace vernier
