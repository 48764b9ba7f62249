#include <fmt/format.h>

#include "compiler/lower/lower.h"

namespace vernier::compiler {

// Rows of K features meet an OC x K matrix: a convolution whose kernel covers K bytes of the ifmap,
// however these bytes lie in rows.
void lower_fully_connected(LowerContext& c) {
  c.need_activation(0);
  auto& m = c.layer.matmul;
  const int features = c.in(1).shape[1];
  const int outputs = c.in(1).shape[0];
  const Hwc& lie = c.rows(0);
  const int row_bytes = lie.w * lie.c;
  Hwc grid{1, 1, outputs};
  m.kernel.kernel_h = 1;
  if (lie.h * row_bytes == features) {
    m.in = {lie.h, 1, row_bytes};
    m.kernel.kernel_h = lie.h;
  } else if (row_bytes % features == 0) {
    m.in = {lie.h, row_bytes / features, features};
    grid = {lie.h, row_bytes / features, outputs};
  } else {
    c.refuse(fmt::format("{} features do not divide rows of {} bytes", features, row_bytes));
  }
  c.layer.mode = LayerPlan::Mode::kMatmul;
  c.layer.out = grid;
  set_operands(c);
  m.kernel.kernel_w = 1;
  m.kernel.stride_h = m.kernel.stride_w = 1;
  m.kernel.dilation_h = m.kernel.dilation_w = 1;
  set_records(c);
}

}  // namespace vernier::compiler
