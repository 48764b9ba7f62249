#include <fmt/format.h>

#include "compiler/lower/blocks.h"

namespace vernier::compiler {

void lower_concatenation(LowerContext& c) {
  const Quant& quant = c.output().quant;
  for (std::size_t i = 0; i < c.op.inputs.size(); ++i) {
    const Quant& q = c.in(i).quant;
    if (q.scale != quant.scale || q.zero_point != quant.zero_point) {
      c.refuse(
          fmt::format("input {} has scale {} and zero point {}, the output {} and {}: a "
                      "rescaling CONCATENATION is not lowered",
                      i, q.scale[0], q.zero_point[0], quant.scale[0], quant.zero_point[0]));
    }
  }
  begin_copies(c);
  const auto axis = static_cast<std::size_t>(c.op.attrs.axis);
  const auto o = dense_strides(c.output().shape);
  std::int64_t first = 0;  // index along the axis
  for (std::size_t i = 0; i < c.op.inputs.size(); ++i) {
    const Shape& shape = c.in(i).shape;
    const RowLayout lie = copied_input(c, i);
    const auto a = dense_strides(shape);
    std::vector<BoxLoop> loops;
    for (std::size_t d = 0; d < shape.size(); ++d) loops.push_back({shape[d], a[d], o[d]});
    add_box(c, c.op.inputs[i], lie, 0, first * o[axis], loops);
    first += shape[axis];
  }
}

}  // namespace vernier::compiler
