#include "compiler/lower/elementwise.h"
#include "hw_models/spec/rescale_multipliers.h"

namespace vernier::compiler {

void lower_mul(LowerContext& c) {
  set_pair(c, VectorPlan::Kind::kMul);
  const Multiplier m = mul_multiplier(c.graph, c.op);
  c.layer.vector.scale.multiplier = m.mantissa;
  c.layer.vector.scale.shift = m.shift;
}

}  // namespace vernier::compiler
