#include <fmt/format.h>

#include <algorithm>

#include "compiler/lower/lower.h"

namespace vernier::compiler {

// Only right at a graph output: there the machine gives the codes.
void lower_dequantize(LowerContext& c) {
  const auto& outputs = c.graph.outputs;
  const int out = c.op.outputs[0];
  const bool read = std::any_of(c.graph.ops.begin(), c.graph.ops.end(), [&](const Op& op) {
    return std::find(op.inputs.begin(), op.inputs.end(), out) != op.inputs.end();
  });
  if (read || std::find(outputs.begin(), outputs.end(), out) == outputs.end()) {
    c.refuse(fmt::format("tensor {} is float32 and not only a graph output", out));
  }
  c.need_activation(0);
  c.layer.mode = LayerPlan::Mode::kBoundary;
}

}  // namespace vernier::compiler
