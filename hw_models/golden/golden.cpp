#include "hw_models/golden/golden.h"

#include "hw_models/spec/error.h"

namespace vernier::golden {
namespace {

void run_kernel(const OpContext& c) {
  switch (c.op.type) {
#define VERNIER_OP(name, fn, tflite, code, fewest, most) \
  case OpType::name:                                     \
    golden_##fn(c);                                      \
    return;
#include "hw_models/spec/ops.def"
#undef VERNIER_OP
  }
  check(false, "an operator that is not in the table");
}

}  // namespace

Values run(const Graph& graph, const std::vector<Tensor>& inputs, const Numerics& numerics) {
  check(inputs.size() == graph.inputs.size(), "as many inputs as the graph has");
  check(numerics.acc_bits >= 1 && numerics.acc_bits <= 32, "accumulators of 1 to 32 bits");
  Values values(graph.tensors.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const TensorInfo& info = graph.tensor(graph.inputs[i]);
    check(inputs[i].dtype == info.dtype && inputs[i].shape == info.shape,
          "an input of the graph's own type and shape");
    values[static_cast<std::size_t>(graph.inputs[i])] = inputs[i];
  }
  for (const Op& op : graph.ops) run_op(graph, op, &values, numerics);
  return values;
}

void run_op(const Graph& graph, const Op& op, Values* values, const Numerics& numerics) {
  for (const int t : op.outputs) {
    const TensorInfo& info = graph.tensor(t);
    (*values)[static_cast<std::size_t>(t)] = Tensor(info.dtype, info.shape);
  }
  run_kernel(OpContext{graph, op, numerics, *values});
}

}  // namespace vernier::golden
