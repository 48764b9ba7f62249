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

StridedWalk::StridedWalk(Shape extents, Strides strides, std::int64_t base)
    : extents_(std::move(extents)), strides_(std::move(strides)), offset_(base) {
  check(strides_.size() == extents_.size(), "one stride per dimension");
  while (!extents_.empty() && (strides_.back() == run_ || extents_.back() == 1)) {
    run_ *= extents_.back();
    extents_.pop_back();
    strides_.pop_back();
  }
  index_.resize(extents_.size());
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
