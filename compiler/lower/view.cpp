#include "compiler/lower/view.h"

#include <algorithm>

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

bool any_rows_do(const LowerContext& c) {
  const int out = c.op.outputs[0];
  return std::all_of(c.graph.ops.begin(), c.graph.ops.end(), [&](const Op& reader) {
    const bool reads =
        std::find(reader.inputs.begin(), reader.inputs.end(), out) != reader.inputs.end();
    return !reads || takes_any_rows(c.graph, reader, out);
  });
}

void lower_view(LowerContext& c, std::size_t i) {
  c.need_activation(i);
  const Hwc& lie = c.rows(i);
  const Hwc want = hwc(c.output().shape);
  const bool same_rows = lie.h == want.h && lie.w * lie.c == want.w * want.c;
  if (same_rows || any_rows_do(c)) {
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
