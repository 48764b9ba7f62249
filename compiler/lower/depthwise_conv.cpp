#include "compiler/lower/lower.h"

namespace vernier::compiler {

// Weights are [1][kernel_h][kernel_w][oc]; output channel oc sees input channel oc / multiplier. Of
// one input channel every output channel sees the same taps: that is a convolution, which needs no
// window and takes its stride in one step.
void lower_depthwise_conv(LowerContext& c) {
  auto& m = c.layer.matmul;
  const auto& weights = c.in(1);
  const auto& a = c.op.attrs;
  m.kernel.pad_top = a.pad_top;
  m.kernel.pad_left = a.pad_left;
  m.in = c.bordered_image(0, &m.kernel.pad_top, &m.kernel.pad_left);
  c.layer.mode = LayerPlan::Mode::kMatmul;
  set_operands(c);
  m.taps_first = true;
  m.kernel.kernel_h = weights.shape[1];
  m.kernel.kernel_w = weights.shape[2];
  m.kernel.stride_h = a.stride_h;
  m.kernel.stride_w = a.stride_w;
  m.kernel.dilation_h = a.dilation_h;
  m.kernel.dilation_w = a.dilation_w;
  if (m.in.c > 1 || (a.dilation_w > 1 && weights.shape[2] > 1)) {
    m.kernel.depthwise = 1;
    m.kernel.multiplier = a.depth_multiplier;
  }
  set_records(c);
}

}  // namespace vernier::compiler
