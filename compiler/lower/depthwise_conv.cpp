#include "compiler/lower/lower.h"

namespace vernier::compiler {

// Weights are [1][kernel_h][kernel_w][oc]; output channel oc sees input channel oc / multiplier. Of
// one input channel every output channel sees the same taps: that is a convolution, which needs no
// window and takes its stride in one step.
void lower_depthwise_conv(LowerContext& c) {
  auto& m = c.layer.matmul;
  set_filter(c);
  m.taps_first = true;
  if (m.in.c > 1 || (m.kernel.dilation_w > 1 && m.kernel.kernel_w > 1)) {
    m.kernel.depthwise = 1;
    m.kernel.multiplier = c.op.attrs.depth_multiplier;
  }
  set_records(c);
}

}  // namespace vernier::compiler
