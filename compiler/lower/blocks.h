// Rectangular blocks of elements copied from one dense tensor to another, split into post.copy
// instructions.
#pragma once

#include <vector>

#include "compiler/lower/lower.h"

namespace vernier::compiler {

// A distance between two elements in the activation memory.
struct Step {
  std::int64_t rows = 0, bytes = 0;
  bool operator==(const Step& o) const { return rows == o.rows && bytes == o.bytes; }
};

// `count` elements or inner loops, so far apart in the input and in the output.
struct BlockLoop {
  std::int64_t count;
  Step a, o;
};

// loops, outermost first, from these elements on. No step is negative.
struct Block {
  Step a_at, o_at;
  std::vector<BlockLoop> loops;
};

// Rows in which a tensor's elements lie.
class RowLayout {
 public:
  explicit RowLayout(const Hwc& rows) : row_bytes_(std::int64_t{rows.w} * rows.c) {}
  // Of a row-major distance that crosses no row end or is a number of whole rows, and of any
  // offset.
  Step at(std::int64_t elements) const { return {elements / row_bytes_, elements % row_bytes_}; }
  // Whether rows end where a dimension of `shape` ends.
  bool divides(const Shape& shape) const;

 private:
  std::int64_t row_bytes_;
};

// Elements from one element of a dimension to the next.
std::vector<std::int64_t> dense_strides(const Shape& shape);

// The layer becomes a list of copies into its output's rows; add_block appends to it.
void begin_copies(LowerContext& c);
// Input i's rows, registered as an operand. Refuses rows that end within a dimension.
RowLayout copied_input(LowerContext& c, std::size_t i);
// Copies the block from `tensor`, or fills it with the layer's zero point where tensor is -1. One
// loop becomes the bytes of a run, one the runs of a row, one the rows, so that the fewest cycles
// are needed; the others are repeated instructions.
void add_block(LowerContext& c, int tensor, const Block& block);

// Dimensions of a block by their row-major distances in both tensors.
struct BoxLoop {
  std::int64_t count, a_stride, o_stride;
};
// The same from such distances; the offsets are of the first element.
void add_box(LowerContext& c, int tensor, const RowLayout& a, std::int64_t a_offset,
             std::int64_t o_offset, const std::vector<BoxLoop>& loops);

}  // namespace vernier::compiler
