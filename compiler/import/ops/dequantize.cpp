#include "compiler/import/op_reader.h"

namespace vernier {

// 8 bits to a graph output of float32: y = f32(si * (x - zx)).
void import_dequantize(OpReader& op) {
  op.optional_options<fb::DequantizeOptions>();
  const TensorInfo& input = op.activation(0);
  op.float_output();
  op.require_output_shape(input.shape);
}

}  // namespace vernier
