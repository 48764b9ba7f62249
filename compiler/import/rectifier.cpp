#include "compiler/import/rectifier.h"

#include "compiler/import/requantization.h"

namespace vernier {

void import_rectifier(OpReader& op, Activation activation) {
  op.no_options();
  const TensorInfo& input = op.activation(0);
  const TensorInfo& output = op.output();
  op.require_output_shape(input.shape);
  op.op().attrs.activation = activation;
  require_multiplier(op, double{input.quant.scale[0] / output.quant.scale[0]}, reach(input),
                     "input scale over output scale");
}

}  // namespace vernier
