#include "compiler/lower/lower.h"
#include "hw_models/spec/multipliers.h"

namespace vernier::compiler {

// The operand of the larger scale is exactly x * 2^(k-1) and takes the barrel shifter, the other
// one the operand scaler (numerics.md 2.5); their sum goes through the output requantizer.
void lower_add(LowerContext& c) {
  auto& v = c.layer.vector;
  const auto m = add_multipliers(c.graph, c.op);
  const Multiplier exact{1 << 30, 0};
  v.kind = VectorPlan::Kind::kAdd;
  v.a = c.op.inputs[0];
  v.b = c.op.inputs[1];
  v.a_view = c.image(0);
  c.image(1);
  v.a_zero = c.in(0).quant.zero_point[0];
  v.b_zero = c.in(1).quant.zero_point[0];
  const bool shift_b = m.b == exact;
  const Multiplier& scaled = shift_b ? m.a : m.b;
  v.scale.scale_b = shift_b ? 0 : 1;
  v.scale.op_left = m.left_shift;
  v.scale.op_multiplier = scaled.mantissa;
  v.scale.op_shift = scaled.shift;
  v.scale.multiplier = m.out.mantissa;
  v.scale.shift = m.out.shift;
  c.layer.mode = LayerPlan::Mode::kVector;
}

}  // namespace vernier::compiler
