#include "compiler/lower/elementwise.h"

namespace vernier::compiler {

void lower_add(LowerContext& c) {
  const bool swapped = set_pair(c, VectorPlan::Kind::kAdd);
  set_sum(c, add_multipliers(c.graph, c.op), swapped);
}

}  // namespace vernier::compiler
