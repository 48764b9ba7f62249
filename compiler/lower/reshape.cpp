#include <algorithm>

#include "compiler/lower/lower.h"

namespace vernier::compiler {

// A view where nothing moves; a copy into rows of another length where a reader needs those rows.
void lower_reshape(LowerContext& c) {
  c.need_activation(0);
  const Hwc& lie = c.rows(0);
  const Hwc want = hwc(c.output().shape);
  const bool same_rows = lie.h == want.h && lie.w * lie.c == want.w * want.c;
  const int out = c.op.outputs[0];
  const bool any_rows_do =
      std::all_of(c.graph.ops.begin(), c.graph.ops.end(), [&](const Op& reader) {
        const bool reads =
            std::find(reader.inputs.begin(), reader.inputs.end(), out) != reader.inputs.end();
        return !reads || reader.type == OpType::Reshape ||
               (reader.type == OpType::FullyConnected &&
                element_count(c.output().shape) == c.graph.tensor(reader.inputs[1]).shape[1]);
      });
  if (same_rows || any_rows_do) {
    c.layer.mode = LayerPlan::Mode::kAlias;
    c.layer.out = same_rows ? want : lie;
    return;
  }
  auto& v = c.layer.vector;
  v.kind = VectorPlan::Kind::kMove;
  v.a = c.op.inputs[0];
  v.a_view = lie;
  c.layer.mode = LayerPlan::Mode::kVector;
}

}  // namespace vernier::compiler
