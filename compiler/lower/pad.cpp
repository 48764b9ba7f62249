#include <algorithm>

#include "compiler/lower/blocks.h"
#include "compiler/lower/view.h"

namespace vernier::compiler {

// Fills the border dimension by dimension, then copies the input into the middle. Behind dimension
// d, a border of d takes the whole extent of the dimensions after it, and of those before it only
// what the input covers.
void lower_pad(LowerContext& c) {
  const Shape& in = c.in(0).shape;
  const Shape& out = c.output().shape;
  if (in == out) return lower_view(c, 0);
  begin_copies(c);
  const RowLayout lie = copied_input(c, 0);
  c.layer.zero_point = c.op.attrs.pad_code;
  const auto a = dense_strides(in);
  const auto o = dense_strides(out);
  std::vector<BoxLoop> middle, whole;
  for (std::size_t d = 0; d < in.size(); ++d) {
    middle.push_back({in[d], a[d], o[d]});
    whole.push_back({out[d], 0, o[d]});
  }
  std::int64_t first = 0;  // of the middle, along the dimensions so far
  for (std::size_t d = 0; d < in.size(); ++d) {
    const int before = c.op.attrs.before[d];
    const auto fill = [&](std::int64_t from, int count) {
      if (count == 0) return;
      std::vector<BoxLoop> border = whole;
      std::copy_n(middle.begin(), d, border.begin());
      border[d].count = count;
      add_box(c, -1, lie, 0, first + from * o[d], border);
    };
    fill(0, before);
    fill(before + in[d], c.op.attrs.after[d]);
    first += before * o[d];
  }
  add_box(c, c.op.inputs[0], lie, 0, first, middle);
}

}  // namespace vernier::compiler
