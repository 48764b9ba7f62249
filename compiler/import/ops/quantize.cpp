#include <algorithm>

#include "compiler/import/requantization.h"

namespace vernier {

// int8 to int8 of the same shape: y = D((x - zx), si / so) + zo.
void import_quantize(OpReader& op) {
  op.optional_options<fb::QuantizeOptions>();
  const TensorInfo& input = op.activation(0);
  const TensorInfo& output = op.output();
  op.require_output_shape(input.shape);
  const int zero = input.quant.zero_point[0];
  require_multiplier(op, double{input.quant.scale[0]} / double{output.quant.scale[0]},
                     std::max(127 - zero, 128 + zero), "input scale over output scale");
}

}  // namespace vernier
