#include "compiler/lower/blocks.h"
#include "compiler/lower/view.h"

namespace vernier::compiler {

void lower_strided_slice(LowerContext& c) {
  const OpAttrs& attrs = c.op.attrs;
  const Shape& shape = c.in(0).shape;
  if (attrs.extent == shape) return lower_view(c, 0);
  begin_copies(c);
  const RowLayout lie = copied_input(c, 0);
  const auto a = dense_strides(shape);
  const auto o = dense_strides(attrs.extent);
  std::vector<BoxLoop> loops;
  std::int64_t first = 0;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    first += attrs.begin[d] * a[d];
    loops.push_back({attrs.extent[d], attrs.step[d] * a[d], o[d]});
  }
  add_box(c, c.op.inputs[0], lie, first, 0, loops);
}

}  // namespace vernier::compiler
