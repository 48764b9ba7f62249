#include "compiler/import/sigmoid.h"

#include <fmt/format.h>

namespace vernier {

void import_sigmoid(OpReader& op, int steps, int zero) {
  op.no_options();
  const TensorInfo& input = op.activation(0);
  const TensorInfo& output = op.output();
  op.require_output_shape(input.shape);
  op.require_output_quant(steps, output.dtype == DType::kUint8 ? zero + 128 : zero);
  const double real = double{input.quant.scale[0]} * 134217728.0;
  if (real < 1.0 || real >= 2147483648.0) {
    op.fail(ErrorId::TflMultiplier,
            fmt::format("input scale {:.9g} x 2^27 is {:.9g}, must be at least 1 and below 2^31",
                        input.quant.scale[0], real));
  }
}

}  // namespace vernier
