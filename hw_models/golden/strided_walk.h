// Offsets into one dense tensor while the elements of an index space are visited in row-major
// order: how movements and reductions address their other operand.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/spec/tensor.h"

namespace vernier::golden {

using Strides = std::vector<std::int64_t>;  // elements, one per dimension

// Of a dense tensor: the product of the dimensions behind each.
Strides dense_strides(const Shape& shape);

// Goes in steps of runs: as many elements as lie side by side in both orders at every step.
class StridedWalk {
 public:
  // The offset of index (0, ..., 0) is `base`; strides may be 0 or negative.
  StridedWalk(Shape extents, Strides strides, std::int64_t base = 0);
  std::int64_t offset() const { return offset_; }
  std::int64_t run() const { return run_; }
  // To the index behind the run; behind the last one comes the first.
  void next();

 private:
  Shape extents_, index_;
  Strides strides_;
  std::int64_t offset_;
  std::int64_t run_ = 1;
};

}  // namespace vernier::golden
