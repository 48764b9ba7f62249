#include <algorithm>

#include "compiler/lower/lower.h"
#include "compiler/passes.h"
#include "hw_models/spec/profiles.h"

namespace vernier::compiler {
namespace {

void lower(LowerContext& c) {
  switch (c.op.type) {
#define VERNIER_OP(name, fn, tflite, code, fewest, most) \
  case OpType::name:                                     \
    return lower_##fn(c);
#include "hw_models/spec/ops.def"
#undef VERNIER_OP
  }
}

// Which layers read a tensor's bytes, alias or not.
void note_reads(Plan* plan, int layer) {
  const auto& op = plan->graph->ops[static_cast<std::size_t>(layer)];
  for (const int t : op.inputs) {
    if (t < 0 || plan->graph->tensor(t).is_constant) continue;
    auto& storage = plan->tensor(plan->tensor(t).storage);
    storage.last = std::max(storage.last, layer);
  }
}

}  // namespace

void fold(Plan* plan) {
  const Graph& graph = *plan->graph;
  plan->tensors.resize(graph.tensors.size());
  plan->layers.resize(graph.ops.size());
  for (const int t : graph.inputs) {
    plan->tensor(t).rows = hwc(graph.tensor(t).shape);
    plan->tensor(t).storage = t;
  }
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    const Op& op = graph.ops[i];
    auto& layer = plan->layers[i];
    const int out = op.outputs[0];
    layer.op = static_cast<int>(i);
    layer.output = out;
    layer.out = hwc(graph.tensor(out).shape);
    layer.rounding = op_rounding(op);
    const auto range = activation_range(op.attrs.activation, graph.tensor(out));
    layer.lo = range.lo;
    layer.hi = range.hi;
    if (!graph.tensor(out).quant.zero_point.empty()) {
      layer.zero_point = graph.tensor(out).quant.zero_point[0];
    }
    LowerContext c{*plan, graph, op, layer};
    lower(c);
    auto& t = plan->tensor(out);
    t.rows = layer.out;
    t.first = static_cast<int>(i);
    t.last = static_cast<int>(i);
    t.storage = layer.mode == LayerPlan::Mode::kAlias ? plan->tensor(op.inputs[0]).storage : out;
    note_reads(plan, static_cast<int>(i));
  }
  for (const int t : graph.outputs) {
    if (plan->tensor(t).storage >= 0) {
      plan->tensor(plan->tensor(t).storage).last = static_cast<int>(graph.ops.size());
    }
  }
}

}  // namespace vernier::compiler
