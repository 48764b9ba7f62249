#include "sim/boundary.h"

#include "hw_models/spec/error.h"

namespace vernier {

bool is_boundary(const Program& program, std::size_t i) {
  return program.layers[i].mapping == "boundary";
}

golden::Values host_inputs(const Program& program, const Graph& graph, const InputSet& inputs) {
  check(inputs.size() == graph.inputs.size(), "as many inputs as the graph has");
  golden::Values values(graph.tensors.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    values[static_cast<std::size_t>(graph.inputs[i])] = inputs[i];
  }
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    if (!is_boundary(program, i)) continue;
    const Op& op = graph.ops[i];
    const bool known = !values[static_cast<std::size_t>(op.inputs[0])].bytes.empty();
    if (known) golden::run_op(graph, op, &values);
  }
  return values;
}

}  // namespace vernier
