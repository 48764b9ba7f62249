#include "compiler/import/requantization.h"

namespace vernier {

// 8 bits to 8 bits of the same shape, of either type: y = D((x - zx), si / so) + zo. A graph input
// of float32: y = round_half_away(x / so) + zo.
void import_quantize(OpReader& op) {
  op.optional_options<fb::QuantizeOptions>();
  const bool real = op.float_input(0);
  if (!real) op.activation(0);
  const TensorInfo& output = op.converted_output();
  op.require_output_shape(op.shape(0));
  if (real) return;
  const TensorInfo& input = op.activation(0);
  require_multiplier(op, double{input.quant.scale[0]} / double{output.quant.scale[0]}, reach(input),
                     "input scale over output scale");
}

}  // namespace vernier
