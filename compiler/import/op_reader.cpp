#include "compiler/import/op_reader.h"

#include <fmt/format.h>

#include <cmath>

#include "compiler/import/format_names.h"

namespace vernier {
namespace {

constexpr int kInt32Code = 2;
constexpr int kInt8Code = 9;

// A bias scale is the product of two float32 scales rounded to float32 (2^-24 relative); 1e-6 is
// what TensorFlow Lite allows for it.
constexpr double kBiasScaleTolerance = 1e-6;

// What may stand where. Operators without operands of their own kind fall under the last rule.
const char* type_rule(OpType type) {
  if (type == OpType::Conv || type == OpType::DepthwiseConv || type == OpType::FullyConnected) {
    return "int8 input, int8 weights, int32 bias, int8 output";
  }
  if (type == OpType::Reshape) return "int8 input, int32 shape, int8 output";
  return "int8 inputs, int8 output";
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

void OpReader::require_type(int tensor, int code, const std::string& place) const {
  const int type = import_.record(tensor).type();
  if (type == code) return;
  fail(ErrorId::TflType,
       fmt::format("{}: type {}, must be {}; supported: {}", place, tensor_type_name(type),
                   tensor_type_name(code), type_rule(op().type)));
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

const TensorInfo& OpReader::activation(unsigned slot) const {
  const TensorInfo& info = import_.graph.tensor(input(slot));
  require_type(input(slot), kInt8Code, input_text(slot));
  if (info.is_constant) {
    fail(ErrorId::TflConstant, input_text(slot) + " is a constant, which is not supported there");
  }
  require_one_scale(input(slot), input_text(slot));
  return info;
}

const TensorInfo& OpReader::weights(unsigned slot, std::size_t rank, int axis) const {
  const TensorInfo& info = import_.graph.tensor(input(slot));
  require_type(input(slot), kInt8Code, input_text(slot));
  if (!info.is_constant) {
    fail(ErrorId::TflConstant, input_text(slot) + " is computed at run time, must be a constant");
  }
  if (info.shape.size() != rank) {
    fail(ErrorId::TflOperandShape, fmt::format("{}: shape {}, must have rank {}", input_text(slot),
                                               shape_text(info.shape), rank));
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
  if (!info.is_constant) {
    fail(ErrorId::TflConstant, input_text(slot) + " is computed at run time, must be a constant");
  }
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
  for (std::size_t c = 0; c < of_weights.size(); ++c) {
    const double want = double{input_info.quant.scale[0]} * double{of_weights[c]};
    const double have = scales[scales.size() == 1 ? 0 : c];
    if (std::abs(want - have) > kBiasScaleTolerance * std::min(want, have)) {
      fail(ErrorId::TflBiasScale,
           fmt::format("{}: scale {} is {:.9g}, must be input scale {:.9g} x weight scale {:.9g} = "
                       "{:.9g}",
                       input_text(slot), c, have, input_info.quant.scale[0], of_weights[c], want));
    }
  }
  return &info;
}

const TensorInfo* OpReader::int32_vector(unsigned slot) const {
  if (input(slot) < 0) return nullptr;
  const TensorInfo& info = import_.graph.tensor(input(slot));
  require_type(input(slot), kInt32Code, input_text(slot));
  if (!info.is_constant) {
    fail(ErrorId::TflConstant, input_text(slot) + " is computed at run time, must be a constant");
  }
  if (info.shape.size() != 1) {
    fail(ErrorId::TflOperandShape,
         fmt::format("{}: shape {}, must have rank 1", input_text(slot), shape_text(info.shape)));
  }
  return &info;
}

const TensorInfo& OpReader::output() const {
  require_type(op().outputs[0], kInt8Code, output_text());
  require_one_scale(op().outputs[0], output_text());
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

void OpReader::require_same_quant() const {
  const Quant& in = import_.graph.tensor(input(0)).quant;
  const Quant& out = import_.graph.tensor(op().outputs[0]).quant;
  if (in.scale == out.scale && in.zero_point == out.zero_point) return;
  fail(ErrorId::TflQuantRule,
       fmt::format("{} has scale {:.9g}, zero point {}, {} has {:.9g}, {}; both must be equal",
                   input_text(0), in.scale[0], in.zero_point[0], output_text(), out.scale[0],
                   out.zero_point[0]));
}

}  // namespace vernier
