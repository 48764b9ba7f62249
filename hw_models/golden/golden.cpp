#include "hw_models/golden/golden.h"

#include "hw_models/golden/prepared.h"
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
  Values values;
  Prepared(graph, numerics).run(inputs, &values);
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
