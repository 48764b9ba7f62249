#include "compiler/lower/view.h"

#include <algorithm>

#include "hw_models/spec/unary_table.h"

namespace vernier::compiler {
namespace {

// Whether `reader` takes the bytes of tensor `t` in rows of any length.
bool takes_any_rows(const Graph& graph, const Op& reader, int t) {
  switch (reader.type) {
    case OpType::Reshape:
    case OpType::Dequantize:
      return true;
    case OpType::FullyConnected:
      return reader.inputs[0] == t &&
             element_count(graph.tensor(t).shape) == graph.tensor(reader.inputs[1]).shape[1];
    default:
      return false;
  }
}

}  // namespace

bool any_rows_do(const Graph& graph, int t, bool through) {
  return std::all_of(graph.ops.begin(), graph.ops.end(), [&](const Op& reader) {
    if (std::find(reader.inputs.begin(), reader.inputs.end(), t) == reader.inputs.end())
      return true;
    return takes_any_rows(graph, reader, t) ||
           (through && is_unary(graph, reader) && any_rows_do(graph, reader.outputs[0], through));
  });
}

void lower_view(LowerContext& c, std::size_t i) {
  c.need_activation(i);
  const Hwc& lie = c.rows(i);
  const Hwc want = hwc(c.output().shape);
  const bool same_rows = lie.h == want.h && lie.w * lie.c == want.w * want.c;
  if (same_rows || any_rows_do(c.graph, c.op.outputs[0], false)) {
    c.layer.mode = LayerPlan::Mode::kAlias;
    c.layer.out = same_rows ? want : lie;
    return;
  }
  auto& v = c.layer.vector;
  v.kind = VectorPlan::Kind::kMove;
  v.a = c.op.inputs[i];
  v.a_view = lie;
  c.layer.mode = LayerPlan::Mode::kVector;
}

}  // namespace vernier::compiler
