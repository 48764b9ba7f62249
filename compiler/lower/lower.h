// What each lowering gets and must leave: one function per row of ops.def, in lower/<op>.cpp.
#pragma once

#include "compiler/plan.h"

namespace vernier::compiler {

struct LowerContext {
  Plan& plan;
  const Graph& graph;
  const Op& op;
  LayerPlan& layer;  // op, output, out (from the output's shape), clamp and rounding are set

  const TensorInfo& in(std::size_t i) const { return graph.tensor(op.inputs[i]); }
  const TensorInfo& output() const { return graph.tensor(op.outputs[0]); }
  // The physical rows of an activation input.
  const Hwc& rows(std::size_t i) const { return plan.tensor(op.inputs[i]).rows; }
  // Refuses the op: Error(CompileOp) naming it.
  [[noreturn]] void refuse(const std::string& why) const;
  // The input's rows, when they are those of its own shape; refuses the op otherwise.
  Hwc image(std::size_t i) const;
  // The same for a convolution: *top and *left grow by the border that a folded PAD left to it.
  Hwc bordered_image(std::size_t i, std::int64_t* top, std::int64_t* left) const;
  // Refuses a constant where an activation is needed.
  void need_activation(std::size_t i) const;
  // Input i is read from the activation memory, a constant as well: those get rows and are loaded
  // like graph inputs. Refuses constants that a LOAD cannot bring.
  void operand(std::size_t i) const;
};

#define VERNIER_OP(name, fn, tflite, code, fewest, most) void lower_##fn(LowerContext& c);
#include "hw_models/spec/ops.def"
#undef VERNIER_OP

// Codes of a matrix layer's ifmap, input 0, and weights, input 1: bytes, zero points, signs.
void set_operands(LowerContext& c);

// Geometry of a convolution whose weights, input 1, are [.][kernel_h][kernel_w][.]: the ifmap of
// input 0 and the kernel, with the border that a folded PAD leaves to it; the layer's operands.
void set_filter(LowerContext& c);

// Output-channel records of a matrix layer: bias and multiplier per channel; turns the layer to the
// barrel shifter when every multiplier is a power of two and the rounding allows it.
void set_records(LowerContext& c);

}  // namespace vernier::compiler
