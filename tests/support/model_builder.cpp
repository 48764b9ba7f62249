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

// The format's TensorType.
int type_code(DType type) {
  switch (type) {
    case DType::kFloat32:
      return 0;
    case DType::kInt32:
      return 2;
    case DType::kUint8:
      return 3;
    case DType::kInt64:
      return 4;
    case DType::kBool:
      return 6;
    case DType::kInt16:
      return 7;
    case DType::kInt8:
      return 9;
  }
  return -1;
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
    case fb::BuiltinOptions_DequantizeOptions:
      return fb::CreateDequantizeOptions(b).Union();
    case fb::BuiltinOptions_ConcatenationOptions:
      return fb::CreateConcatenationOptions(b, o.axis, activation).Union();
    case fb::BuiltinOptions_MulOptions:
      return fb::CreateMulOptions(b, activation).Union();
    case fb::BuiltinOptions_SubOptions:
      return fb::CreateSubOptions(b, activation).Union();
    case fb::BuiltinOptions_PadOptions:
      return fb::CreatePadOptions(b).Union();
    case fb::BuiltinOptions_TransposeOptions:
      return fb::CreateTransposeOptions(b).Union();
    case fb::BuiltinOptions_ReducerOptions:
      return fb::CreateReducerOptions(b, o.keep_dims).Union();
    case fb::BuiltinOptions_StridedSliceOptions:
      return fb::CreateStridedSliceOptions(b, o.begin_mask, o.end_mask, o.ellipsis_mask,
                                           o.new_axis_mask, o.shrink_axis_mask, o.offset)
          .Union();
    case fb::BuiltinOptions_ResizeNearestNeighborOptions:
      return fb::CreateResizeNearestNeighborOptions(b, o.align_corners, o.half_pixel_centers)
          .Union();
    case fb::BuiltinOptions_LeakyReluOptions:
      return fb::CreateLeakyReluOptions(b, o.alpha).Union();
    case fb::BuiltinOptions_HardSwishOptions:
      return fb::CreateHardSwishOptions(b).Union();
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

DType ModelBuilder::type_of(int tensor) const {
  return record(tensor).type == type_code(DType::kUint8) ? DType::kUint8 : DType::kInt8;
}

int ModelBuilder::activation(const Shape& shape, float scale, int zero_point, DType type) {
  TensorRecord t;
  t.type = type_code(type);
  t.shape = shape;
  t.scale = {scale};
  t.zero_point = {zero_point};
  return new_tensor(t);
}

int ModelBuilder::input(const Shape& shape, float scale, int zero_point, DType type) {
  inputs.push_back(activation(shape, scale, zero_point, type));
  return inputs.back();
}

int ModelBuilder::float_input(const Shape& shape) {
  TensorRecord t;
  t.type = type_code(DType::kFloat32);
  t.shape = shape;
  t.has_quantization = false;
  inputs.push_back(new_tensor(t));
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

int ModelBuilder::weights_u8(const Shape& shape, const std::vector<std::uint8_t>& codes,
                             float scale, int zero_point) {
  const int t = activation(shape, scale, zero_point, DType::kUint8);
  tensors.back().data = codes;
  return t;
}

int ModelBuilder::constant(const Shape& shape, const std::vector<int>& codes, float scale,
                           int zero_point, DType type) {
  const int t = activation(shape, scale, zero_point, type);
  for (const int code : codes) tensors.back().data.push_back(static_cast<std::uint8_t>(code));
  return t;
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
  return int32_constant({static_cast<int>(values.size())}, values);
}

int ModelBuilder::int32_constant(const Shape& shape, const std::vector<std::int32_t>& values) {
  TensorRecord t;
  t.type = type_code(DType::kInt32);
  t.shape = shape;
  t.has_quantization = false;
  t.data = raw(values);
  return new_tensor(t);
}

int ModelBuilder::int64_constant(const Shape& shape, const std::vector<std::int64_t>& values) {
  TensorRecord t;
  t.type = type_code(DType::kInt64);
  t.shape = shape;
  t.has_quantization = false;
  t.data = raw(values);
  return new_tensor(t);
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
