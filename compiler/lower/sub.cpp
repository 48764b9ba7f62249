#include "compiler/lower/elementwise.h"
#include "hw_models/spec/machine.h"
#include "hw_models/spec/rescale_multipliers.h"

namespace vernier::compiler {

void lower_sub(LowerContext& c) {
  const bool swapped = set_pair(c, VectorPlan::Kind::kAdd);
  set_sum(c, sub_multipliers(c.graph, c.op), swapped);
  c.layer.vector.subtract = swapped ? kSubtractAFromB : kSubtractBFromA;
}

}  // namespace vernier::compiler
