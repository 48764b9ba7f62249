// Offsets into one dense tensor while the elements of an index space are visited in row-major
// order: how movement, broadcast and reduction address their other operand.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/spec/tensor.h"

namespace vernier::golden {

using Strides = std::vector<std::int64_t>;  // elements, one per dimension

// Of a dense tensor: the product of the dimensions behind each.
Strides dense_strides(const Shape& shape);

// Strides that read a tensor of `shape` at every index of `extents`: aligned at the last dimension,
// 0 where its dimension is absent or 1 against more. Throws Error(Internal) for shapes that do not
// broadcast.
Strides broadcast_strides(const Shape& shape, const Shape& extents);

class StridedWalk {
 public:
  // The offset of index (0, ..., 0) is `base`; strides may be 0 or negative.
  StridedWalk(Shape extents, Strides strides, std::int64_t base = 0);
  std::int64_t offset() const { return offset_; }
  // To the next index; behind the last one comes the first.
  void next();

 private:
  Shape extents_, index_;
  Strides strides_;
  std::int64_t offset_;
};

}  // namespace vernier::golden
