#include "compiler/lower/lower.h"

namespace vernier::compiler {

void lower_conv(LowerContext& c) {
  auto& m = c.layer.matmul;
  const auto& weights = c.in(1);
  m.kernel.pad_top = c.op.attrs.pad_top;
  m.kernel.pad_left = c.op.attrs.pad_left;
  m.in = c.bordered_image(0, &m.kernel.pad_top, &m.kernel.pad_left);
  if (weights.shape[3] != m.in.c) c.refuse("grouped convolution is not lowered");
  c.layer.mode = LayerPlan::Mode::kMatmul;
  set_operands(c);
  m.kernel.kernel_h = weights.shape[1];
  m.kernel.kernel_w = weights.shape[2];
  m.kernel.stride_h = c.op.attrs.stride_h;
  m.kernel.stride_w = c.op.attrs.stride_w;
  m.kernel.dilation_h = c.op.attrs.dilation_h;
  m.kernel.dilation_w = c.op.attrs.dilation_w;
  set_records(c);
}

}  // namespace vernier::compiler
