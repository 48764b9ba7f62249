// STRIDED_SLICE: along each dimension `extent` elements from `begin` on, `step` apart.
#include "hw_models/golden/movement.h"

namespace vernier::golden {

void golden_strided_slice(const OpContext& c) {
  const OpAttrs& a = c.op.attrs;
  Strides strides = dense_strides(c.in_info(0).shape);
  std::int64_t first = 0;
  for (std::size_t d = 0; d < strides.size(); ++d) {
    first += strides[d] * a.begin[d];
    strides[d] *= a.step[d];
  }
  gather(c, StridedWalk(a.extent, strides, first));
}

}  // namespace vernier::golden
