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

// A PAD with the zero point's code around an image, before convolutions without padding of their
// own: their feeder finds the same border outside the smaller image.
bool folds(const Graph& graph, const Op& op) {
  if (op.type != OpType::Pad || graph.tensor(op.inputs[0]).is_constant) return false;
  const int out = op.outputs[0];
  const auto& info = graph.tensor(out);
  const auto& a = op.attrs;
  const auto is_output = std::find(graph.outputs.begin(), graph.outputs.end(), out);
  if (info.shape.size() != 4 || is_output != graph.outputs.end()) return false;
  if (a.pad_code != info.quant.zero_point[0]) return false;
  if (a.before[0] + a.after[0] + a.before[3] + a.after[3] != 0) return false;
  constexpr int kMostPad = (1 << 10) - 1;  // MacKernel.pad_top, pad_left
  if (a.before[1] > kMostPad || a.before[2] > kMostPad) return false;
  bool read = false;
  for (const Op& reader : graph.ops) {
    const auto n = std::count(reader.inputs.begin(), reader.inputs.end(), out);
    if (n == 0) continue;
    const auto& r = reader.attrs;
    const bool conv = reader.type == OpType::Conv || reader.type == OpType::DepthwiseConv;
    if (!conv || n != 1 || r.pad_top + r.pad_left + r.pad_bottom + r.pad_right != 0) return false;
    read = true;
  }
  return read;
}

// The PAD's tensor is its input's bytes, read with a border.
void fold_pad(Plan* plan, const Op& op, LayerPlan* layer) {
  auto& out = plan->tensor(op.outputs[0]);
  const auto& in = plan->tensor(op.inputs[0]);
  layer->mode = LayerPlan::Mode::kFolded;
  layer->out = in.rows;
  out.pad_top = in.pad_top + op.attrs.before[1];
  out.pad_left = in.pad_left + op.attrs.before[2];
}

}  // namespace

void fold(Plan* plan) {
  const Graph& graph = *plan->graph;
  plan->inputs = machine_inputs(graph);
  plan->outputs = machine_outputs(graph);
  plan->tensors.resize(graph.tensors.size());
  plan->layers.resize(graph.ops.size());
  for (const int t : plan->inputs) {
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
    layer.rounding = op_rounding(graph, op);
    const auto range = activation_range(op.attrs.activation, graph.tensor(out));
    layer.lo = range.lo;
    layer.hi = range.hi;
    if (!graph.tensor(out).quant.zero_point.empty()) {
      layer.zero_point = graph.tensor(out).quant.zero_point[0];
    }
    LowerContext c{*plan, graph, op, layer};
    if (folds(graph, op)) {
      fold_pad(plan, op, &layer);
    } else {
      lower(c);
    }
    // What QUANTIZE makes of a float32 input is itself an input of the machine; what DEQUANTIZE
    // makes is not the machine's.
    if (layer.mode == LayerPlan::Mode::kBoundary) continue;
    auto& t = plan->tensor(out);
    t.rows = layer.out;
    t.first = static_cast<int>(i);
    t.last = static_cast<int>(i);
    const bool renames =
        layer.mode == LayerPlan::Mode::kAlias || layer.mode == LayerPlan::Mode::kFolded;
    t.storage = renames ? plan->tensor(op.inputs[0]).storage : out;
    note_reads(plan, static_cast<int>(i));
  }
  for (const int t : plan->outputs) {
    plan->tensor(plan->tensor(t).storage).last = static_cast<int>(graph.ops.size());
  }
}

}  // namespace vernier::compiler
