#include "compiler/lower/lower.h"
#include "hw_models/spec/multipliers.h"

namespace vernier::compiler {

void lower_quantize(LowerContext& c) {
  auto& v = c.layer.vector;
  const auto m = requantize_multiplier(c.graph, c.op);
  v.kind = VectorPlan::Kind::kRescale;
  v.a = c.op.inputs[0];
  v.a_view = c.image(0);
  v.a_zero = c.in(0).quant.zero_point[0];
  v.scale.multiplier = m.mantissa;
  v.scale.shift = m.shift;
  c.layer.mode = LayerPlan::Mode::kVector;
}

}  // namespace vernier::compiler
