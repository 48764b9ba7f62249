#include <fmt/format.h>

#include <cmath>

#include "compiler/import/requantization.h"

namespace vernier {

// y = MBQM(x - zx, f32(si / so)) + zo from zero up, below it with f32(f32(si * alpha) / so). The
// slope may be of any sign.
void import_leaky_relu(OpReader& op) {
  const float alpha = op.options<fb::LeakyReluOptions>().alpha();
  const TensorInfo& input = op.activation(0);
  const TensorInfo& output = op.output();
  op.require_output_shape(input.shape);
  if (!std::isfinite(alpha)) {
    op.fail(ErrorId::TflField, fmt::format("field alpha: {:.9g}, must be finite", alpha));
  }
  op.op().attrs.alpha = alpha;
  const float si = input.quant.scale[0], so = output.quant.scale[0];
  require_multiplier(op, double{si / so}, reach(input), "input scale over output scale");
  require_multiplier(op, double{std::abs(si * alpha / so)}, reach(input),
                     "input scale x alpha over output scale");
}

}  // namespace vernier
