#include <algorithm>

#include "compiler/lower/blocks.h"
#include "compiler/lower/view.h"

namespace vernier::compiler {
namespace {

constexpr std::int64_t kMostRows = 1 << 14;  // PostCopy.rows

// Whether the dimensions longer than 1 keep their order.
bool moves_nothing(const Shape& in, const std::vector<int>& perm) {
  int last = -1;
  for (const int d : perm) {
    if (in[static_cast<std::size_t>(d)] == 1) continue;
    if (d < last) return false;
    last = d;
  }
  return true;
}

// An input of the machine of planes, [1, C, H, W], that only becomes [1, H, W, C]: LOAD brings row
// h of every plane into one row, so that output row h needs input row h alone.
bool is_planar_input(const LowerContext& c) {
  const int t = c.op.inputs[0];
  const auto& inputs = c.plan.inputs;
  const auto readers = std::count_if(c.graph.ops.begin(), c.graph.ops.end(), [&](const Op& op) {
    return std::find(op.inputs.begin(), op.inputs.end(), t) != op.inputs.end();
  });
  return c.op.attrs.perm == std::vector<int>{0, 2, 3, 1} && c.in(0).shape[0] == 1 && readers == 1 &&
         std::find(inputs.begin(), inputs.end(), t) != inputs.end() &&
         std::find(c.plan.outputs.begin(), c.plan.outputs.end(), t) == c.plan.outputs.end();
}

void interleave_planes(LowerContext& c) {
  const Shape& in = c.in(0).shape;
  const std::int64_t planes = in[1], rows = in[2], pixels = in[3];
  auto& tensor = c.plan.tensor(c.op.inputs[0]);
  tensor.rows = {in[2], in[3], in[1]};
  tensor.planes = in[1];
  begin_copies(c);
  Block block;
  block.loops = {
      {rows, {1, 0}, {1, 0}}, {planes, {0, pixels}, {0, 1}}, {pixels, {0, 1}, {0, planes}}};
  add_block(c, c.op.inputs[0], block);
}

// Planes that take more than a quarter of the memory, as their input does, lie in rows of their
// last dimension where no reader minds: a few of these at a time.
void shorten_rows(LowerContext& c) {
  const Shape& shape = c.output().shape;
  const std::int64_t bytes = element_count(shape);
  const std::int64_t rows = bytes / shape.back();
  const bool fits = 4 * bytes <= std::int64_t{c.plan.config.act_mem_kib} * 1024;
  if (!fits && rows < kMostRows && any_rows_do(c.graph, c.op.outputs[0], true)) {
    c.layer.out = {static_cast<int>(rows), 1, shape.back()};
  }
}

}  // namespace

void lower_transpose(LowerContext& c) {
  const auto& perm = c.op.attrs.perm;
  const Shape& shape = c.in(0).shape;
  if (moves_nothing(shape, perm)) return lower_view(c, 0);
  if (is_planar_input(c)) return interleave_planes(c);
  shorten_rows(c);
  begin_copies(c);
  const RowLayout lie = copied_input(c, 0);
  const auto a = dense_strides(shape);
  const auto o = dense_strides(c.output().shape);
  std::vector<BoxLoop> loops;
  for (std::size_t i = 0; i < perm.size(); ++i) {
    const auto d = static_cast<std::size_t>(perm[i]);
    loops.push_back({shape[d], a[d], o[i]});
  }
  add_box(c, c.op.inputs[0], lie, 0, 0, loops);
}

}  // namespace vernier::compiler
