// TRANSPOSE: output dimension i is input dimension perm[i].
#include "hw_models/golden/movement.h"

namespace vernier::golden {

void golden_transpose(const OpContext& c) {
  const Strides in = dense_strides(c.in_info(0).shape);
  Strides strides;
  for (const int d : c.op.attrs.perm) strides.push_back(in[static_cast<std::size_t>(d)]);
  gather(c, StridedWalk(c.out_info().shape, strides));
}

}  // namespace vernier::golden
