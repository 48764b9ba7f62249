#include "hw_models/golden/strided_walk.h"

#include <utility>

#include "hw_models/spec/error.h"

namespace vernier::golden {

Strides dense_strides(const Shape& shape) {
  Strides strides(shape.size());
  std::int64_t stride = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    strides[d] = stride;
    stride *= shape[d];
  }
  return strides;
}

Strides broadcast_strides(const Shape& shape, const Shape& extents) {
  check(shape.size() <= extents.size(), "a broadcast to at least the operand's rank");
  const Strides dense = dense_strides(shape);
  const std::size_t absent = extents.size() - shape.size();
  Strides strides(extents.size());
  for (std::size_t d = 0; d < shape.size(); ++d) {
    check(shape[d] == extents[d + absent] || shape[d] == 1, "shapes that broadcast");
    strides[d + absent] = shape[d] == 1 ? 0 : dense[d];
  }
  return strides;
}

StridedWalk::StridedWalk(Shape extents, Strides strides, std::int64_t base)
    : extents_(std::move(extents)),
      index_(extents_.size()),
      strides_(std::move(strides)),
      offset_(base) {
  check(strides_.size() == extents_.size(), "one stride per dimension");
}

void StridedWalk::next() {
  for (std::size_t d = extents_.size(); d-- > 0;) {
    offset_ += strides_[d];
    if (++index_[d] < extents_[d]) return;
    offset_ -= strides_[d] * extents_[d];
    index_[d] = 0;
  }
}

}  // namespace vernier::golden
