// PAD: the input amid elements of one code, zero's own (numerics.md 2.5).
#include <algorithm>

#include "hw_models/golden/codes.h"
#include "hw_models/golden/movement.h"

namespace vernier::golden {

void golden_pad(const OpContext& c) {
  const Strides strides = dense_strides(c.out_info().shape);
  std::int64_t first = 0;
  for (std::size_t d = 0; d < strides.size(); ++d) first += strides[d] * c.op.attrs.before[d];
  std::vector<std::uint8_t>& y = c.out().bytes;
  std::fill(y.begin(), y.end(), code_byte(c.op.attrs.pad_code));
  scatter(c, 0, StridedWalk(c.in_info(0).shape, strides, first));
}

}  // namespace vernier::golden
