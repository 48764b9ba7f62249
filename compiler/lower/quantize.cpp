#include <fmt/format.h>

#include <algorithm>

#include "compiler/lower/elementwise.h"

namespace vernier::compiler {

// Of float32 only right at a graph input: there the machine gets the codes.
void lower_quantize(LowerContext& c) {
  if (c.in(0).dtype == DType::kFloat32) {
    const auto& inputs = c.graph.inputs;
    if (std::find(inputs.begin(), inputs.end(), c.op.inputs[0]) == inputs.end()) {
      c.refuse(fmt::format("tensor {} is float32 and no graph input", c.op.inputs[0]));
    }
    c.layer.mode = LayerPlan::Mode::kBoundary;
    return;
  }
  set_unary(c, VectorPlan::Kind::kRescale);
  const auto m = requantize_multiplier(c.graph, c.op);
  c.layer.vector.scale.multiplier = m.mantissa;
  c.layer.vector.scale.shift = m.shift;
}

}  // namespace vernier::compiler
