#include "compiler/import/op_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "compiler/import/format_names.h"

namespace vernier {
namespace {

constexpr int kFloat32Code = 0;
constexpr int kInt32Code = 2;
constexpr int kUint8Code = 3;
constexpr int kInt64Code = 4;
constexpr int kInt8Code = 9;

// What the runtimes allow between input scale x weight scale and the bias scale, as a share of the
// output scale: then a bias of 50 is off by at most one output code.
constexpr double kBiasScaleShare = 0.02;

// What may stand where.
const char* type_rule(OpType type) {
  switch (type) {
    case OpType::Conv:
    case OpType::DepthwiseConv:
    case OpType::FullyConnected:
      return "int8 input, int8 weights, int32 bias, int8 output, or uint8 in place of int8 "
             "throughout";
    case OpType::Reshape:
    case OpType::Transpose:
    case OpType::Mean:
    case OpType::StridedSlice:
    case OpType::ResizeNearest:
      return "int8 or uint8 input and output alike, int32 constants";
    case OpType::Pad:
      return "int8 or uint8 input and output alike, int32 or int64 paddings";
    case OpType::Quantize:
      return "int8, uint8 or a graph input of float32, to int8 or uint8";
    case OpType::Dequantize:
      return "int8 or uint8, to a graph output of float32";
    default:
      return "int8 or uint8, all inputs and the output alike";
  }
}

}  // namespace

void OpReader::fail(ErrorId id, std::string_view what) const {
  import_.fail(id, fmt::format("{}, {}", import_.op_text(index_), what));
}

std::string OpReader::input_text(unsigned slot) const {
  return fmt::format("input {} ({})", slot, import_.tensor_text(input(slot)));
}

std::string OpReader::output_text() const {
  return fmt::format("output 0 ({})", import_.tensor_text(op().outputs[0]));
}

void OpReader::fail_options(int want) const {
  const int tag = record().builtin_options_type();
  fail(ErrorId::TflOptions,
       fmt::format("{}, must be builtin options of kind {}",
                   tag == 0 ? "no options" : fmt::format("builtin options of kind {}", tag), want));
}

void OpReader::no_options() const {
  const int tag = record().builtin_options_type();
  if (tag == 0) return;
  fail(ErrorId::TflOptions, fmt::format("builtin options of kind {}, must be none", tag));
}

void OpReader::fail_type(int tensor, const std::string& want, const std::string& place) const {
  fail(ErrorId::TflType,
       fmt::format("{}: type {}, must be {}; supported: {}", place,
                   tensor_type_name(type_of(tensor)), want, type_rule(op().type)));
}

void OpReader::require_type(int tensor, int code, const std::string& place) const {
  if (type_of(tensor) != code) fail_type(tensor, tensor_type_name(code), place);
}

void OpReader::require_eight_bit(int tensor, const std::string& place) const {
  const int type = type_of(tensor);
  if (type != kInt8Code && type != kUint8Code) fail_type(tensor, "int8 or uint8", place);
}

void OpReader::require_own_type(int tensor, const std::string& place) const {
  require_eight_bit(input(0), input_text(0));
  require_type(tensor, type_of(input(0)), place);
}

void OpReader::require_constant(unsigned slot) const {
  if (import_.graph.tensor(input(slot)).is_constant) return;
  fail(ErrorId::TflConstant, input_text(slot) + " is computed at run time, must be a constant");
}

void OpReader::require_one_scale(int tensor, const std::string& place) const {
  const Quant& quant = import_.graph.tensor(tensor).quant;
  if (quant.scale.empty()) {
    fail(ErrorId::TflNoQuant, place + " has no scale");
  }
  if (quant.scale.size() != 1) {
    fail(ErrorId::TflPerChannel,
         fmt::format("{} has {} scales, must be 1: activations are quantized per tensor", place,
                     quant.scale.size()));
  }
}

const TensorInfo& OpReader::operand(unsigned slot) const {
  if (input(slot) < 0) {
    fail(ErrorId::TflIndex, fmt::format("input {}: tensor index -1 (absent), must be there", slot));
  }
  require_own_type(input(slot), input_text(slot));
  require_one_scale(input(slot), input_text(slot));
  return import_.graph.tensor(input(slot));
}

const TensorInfo& OpReader::activation(unsigned slot) const {
  require_own_type(input(slot), input_text(slot));
  if (import_.graph.tensor(input(slot)).is_constant) {
    fail(ErrorId::TflConstant, input_text(slot) + " is a constant, which is not supported there");
  }
  return operand(slot);
}

const TensorInfo& OpReader::weights(unsigned slot, std::size_t rank, int axis) const {
  const TensorInfo& info = import_.graph.tensor(input(slot));
  require_own_type(input(slot), input_text(slot));
  require_constant(slot);
  if (info.shape.size() != rank) {
    fail(ErrorId::TflOperandShape, fmt::format("{}: shape {}, must have rank {}", input_text(slot),
                                               shape_text(info.shape), rank));
  }
  if (info.dtype == DType::kUint8) {
    require_one_scale(input(slot), input_text(slot));
    return info;
  }
  if (info.quant.scale.empty()) fail(ErrorId::TflNoQuant, input_text(slot) + " has no scale");
  if (info.quant.scale.size() > 1 && info.quant.axis != axis) {
    fail(ErrorId::TflPerChannel, fmt::format("{}: quantized_dimension {}, must be {}",
                                             input_text(slot), info.quant.axis, axis));
  }
  for (const int zero : info.quant.zero_point) {
    if (zero != 0) {
      fail(ErrorId::TflZeroPoint,
           fmt::format("{}: zero point {}, int8 weights have 0", input_text(slot), zero));
    }
  }
  return info;
}

const TensorInfo* OpReader::bias(unsigned slot, int channels, const TensorInfo& input_info,
                                 const TensorInfo& weights_info) const {
  if (input(slot) < 0) return nullptr;
  const TensorInfo& info = import_.graph.tensor(input(slot));
  require_type(input(slot), kInt32Code, input_text(slot));
  require_constant(slot);
  if (info.shape != Shape{channels}) {
    fail(ErrorId::TflOperandShape,
         fmt::format("{}: shape {}, must be {} (one bias per output channel)", input_text(slot),
                     shape_text(info.shape), channels));
  }
  if (info.quant.scale.empty()) fail(ErrorId::TflNoQuant, input_text(slot) + " has no scale");
  const auto& scales = info.quant.scale;
  const auto& of_weights = weights_info.quant.scale;
  if (scales.size() != of_weights.size() && scales.size() != 1) {
    fail(ErrorId::TflPerChannel, fmt::format("{}: {} scales, the weights have {}", input_text(slot),
                                             scales.size(), of_weights.size()));
  }
  const double room = kBiasScaleShare * double{output().quant.scale[0]};
  for (std::size_t c = 0; c < of_weights.size(); ++c) {
    const double want = double{input_info.quant.scale[0]} * double{of_weights[c]};
    const double have = scales[scales.size() == 1 ? 0 : c];
    if (std::abs(want - have) > room) {
      fail(ErrorId::TflBiasScale,
           fmt::format("{}: scale {} is {:.9g}, must be input scale {:.9g} x weight scale {:.9g} = "
                       "{:.9g}, up to 2 % of the output scale {:.9g}",
                       input_text(slot), c, have, input_info.quant.scale[0], of_weights[c], want,
                       output().quant.scale[0]));
    }
  }
  return &info;
}

const TensorInfo* OpReader::int32_vector(unsigned slot) const {
  if (input(slot) < 0) return nullptr;
  const TensorInfo& info = import_.graph.tensor(input(slot));
  require_type(input(slot), kInt32Code, input_text(slot));
  require_constant(slot);
  if (info.shape.size() != 1) {
    fail(ErrorId::TflOperandShape,
         fmt::format("{}: shape {}, must have rank 1", input_text(slot), shape_text(info.shape)));
  }
  return &info;
}

std::vector<std::int64_t> OpReader::integers(unsigned slot, const Shape& shape, bool wide) const {
  const TensorInfo& info = import_.graph.tensor(input(slot));
  if (!wide || type_of(input(slot)) != kInt64Code) {
    if (wide && type_of(input(slot)) != kInt32Code) {
      fail_type(input(slot), "int32 or int64", input_text(slot));
    }
    require_type(input(slot), kInt32Code, input_text(slot));
  }
  require_constant(slot);
  if (!shape.empty() && info.shape != shape) {
    fail(ErrorId::TflOperandShape, fmt::format("{}: shape {}, must be {}", input_text(slot),
                                               shape_text(info.shape), shape_text(shape)));
  }
  std::vector<std::int64_t> values(static_cast<std::size_t>(element_count(info.shape)));
  if (info.dtype == DType::kInt64) {
    std::memcpy(values.data(), info.data.data(), info.data.size());
    return values;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::int32_t value;
    std::memcpy(&value, info.data.data() + i * sizeof value, sizeof value);
    values[i] = value;
  }
  return values;
}

const Shape& OpReader::shape(unsigned slot) const {
  return import_.graph.tensor(input(slot)).shape;
}

const TensorInfo& OpReader::output() const {
  require_own_type(op().outputs[0], output_text());
  return converted_output();
}

const TensorInfo& OpReader::converted_output() const {
  require_eight_bit(op().outputs[0], output_text());
  require_one_scale(op().outputs[0], output_text());
  return import_.graph.tensor(op().outputs[0]);
}

bool OpReader::float_input(unsigned slot) const {
  if (type_of(input(slot)) != kFloat32Code) return false;
  const auto& ends = import_.graph.inputs;
  if (std::find(ends.begin(), ends.end(), input(slot)) == ends.end()) {
    fail_type(input(slot), "int8 or uint8, for it is no graph input", input_text(slot));
  }
  return true;
}

const TensorInfo& OpReader::float_output() const {
  require_type(op().outputs[0], kFloat32Code, output_text());
  const auto& ends = import_.graph.outputs;
  if (std::find(ends.begin(), ends.end(), op().outputs[0]) == ends.end()) {
    fail(ErrorId::TflType,
         fmt::format("{}: type float32, must be a graph output: nothing in a graph computes in "
                     "float32; supported: {}",
                     output_text(), type_rule(op().type)));
  }
  return import_.graph.tensor(op().outputs[0]);
}

int OpReader::field(const char* name, int value, int least, int most) const {
  if (value < least || value > most) {
    fail(ErrorId::TflField, fmt::format("field {}: {}, must be {}..{}", name, value, least, most));
  }
  return value;
}

Activation OpReader::fused(int code) const {
  switch (code) {
    case 0:
      return Activation::kNone;
    case 1:
      return Activation::kRelu;
    case 3:
      return Activation::kRelu6;
    default:
      fail(ErrorId::TflUnsupported,
           fmt::format("field fused_activation_function: {}, must be NONE, RELU or RELU6",
                       activation_name(code)));
  }
}

void OpReader::require_output_shape(const Shape& computed) const {
  const Shape& stored = import_.graph.tensor(op().outputs[0]).shape;
  if (stored == computed) return;
  fail(ErrorId::TflOutputShape, fmt::format("{}: stored shape {}, computed {}", output_text(),
                                            shape_text(stored), shape_text(computed)));
}

void OpReader::require_image(unsigned slot) const {
  const Shape& shape = import_.graph.tensor(input(slot)).shape;
  if (shape.size() != 4) {
    fail(ErrorId::TflShape, fmt::format("{}: shape {}, must have rank 4 (batch, height, width, "
                                        "channels)",
                                        input_text(slot), shape_text(shape)));
  }
  if (shape[0] != 1) {
    fail(ErrorId::TflDynamic, fmt::format("{}: shape {}, batch {} must be 1", input_text(slot),
                                          shape_text(shape), shape[0]));
  }
}

void OpReader::require_same_quant(unsigned slot) const {
  const Quant& in = import_.graph.tensor(input(slot)).quant;
  const Quant& out = import_.graph.tensor(op().outputs[0]).quant;
  if (in.scale == out.scale && in.zero_point == out.zero_point) return;
  fail(ErrorId::TflQuantRule,
       fmt::format("{} has scale {:.9g}, zero point {}, {} has {:.9g}, {}; both must be equal",
                   input_text(slot), in.scale[0], in.zero_point[0], output_text(), out.scale[0],
                   out.zero_point[0]));
}

void OpReader::require_output_quant(int steps, int zero_point) const {
  const Quant& out = import_.graph.tensor(op().outputs[0]).quant;
  const float scale = 1.0F / static_cast<float>(steps);
  if (out.scale[0] == scale && out.zero_point[0] == zero_point) return;
  fail(ErrorId::TflQuantRule,
       fmt::format("{}: scale {:.9g}, zero point {}, must be {:.9g} (1/{}) and {}", output_text(),
                   out.scale[0], out.zero_point[0], scale, steps, zero_point));
}

}  // namespace vernier
