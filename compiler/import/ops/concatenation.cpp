#include <fmt/format.h>

#include "compiler/import/op_reader.h"

namespace vernier {

// The inputs one behind the other along a dimension, in which alone their shapes may differ. At
// least one is computed at run time. int8 is copied and must be quantized like the output; uint8 is
// rescaled where it is not (numerics.md 2.5).
void import_concatenation(OpReader& op) {
  const auto& options = op.options<fb::ConcatenationOptions>();
  if (op.fused(options.fused_activation_function()) != Activation::kNone) {
    op.fail(ErrorId::TflUnsupported,
            "field fused_activation_function: must be NONE, the runtimes have no other");
  }
  const int rank = static_cast<int>(op.shape(0).size());
  if (rank == 0) {
    op.fail(ErrorId::TflOperandShape, op.input_text(0) + " is a scalar, must have a dimension");
  }
  const int given = op.field("axis", options.axis(), -rank, rank - 1);
  op.op().attrs.axis = given < 0 ? given + rank : given;
  const auto axis = static_cast<std::size_t>(op.op().attrs.axis);
  const TensorInfo& output = op.output();
  Shape shape = op.shape(0);
  std::int64_t size = 0;
  bool computed = false;
  for (unsigned slot = 0; slot < op.op().inputs.size(); ++slot) {
    const TensorInfo& input = op.operand(slot);
    computed = computed || !input.is_constant;
    Shape other = input.shape;
    if (other.size() == shape.size()) other[axis] = shape[axis];
    if (other != shape) {
      op.fail(ErrorId::TflOperandShape,
              fmt::format("{} has shape {}, {} has {}; they may differ in dimension {} only",
                          op.input_text(0), shape_text(op.shape(0)), op.input_text(slot),
                          shape_text(input.shape), axis));
    }
    size += input.shape[axis];
    if (output.dtype == DType::kInt8) op.require_same_quant(slot);
  }
  if (!computed)
    op.fail(ErrorId::TflConstant, "all inputs are constants, at least one must not be");
  if (size > INT32_MAX) {
    op.fail(ErrorId::TflOperandShape, fmt::format("dimension {} would be {}", axis, size));
  }
  shape[axis] = static_cast<int>(size);
  op.require_output_shape(shape);
}

}  // namespace vernier
