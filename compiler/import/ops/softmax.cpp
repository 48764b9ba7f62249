#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/import/op_reader.h"

namespace vernier {

// Over the last dimension. The output's quantization is fixed: 256 steps of 1/256 from the least
// code. The differences to the maximum are scaled by min(beta * si * 2^26, 2^31 - 1)
// (numerics.md 2.4), which the runtimes require to be above 1.
void import_softmax(OpReader& op) {
  const float beta = op.options<fb::SoftmaxOptions>().beta();
  const TensorInfo& input = op.activation(0);
  const TensorInfo& output = op.output();
  op.require_output_shape(input.shape);
  op.require_output_quant(256, output.dtype == DType::kUint8 ? 0 : -128);
  if (!std::isnormal(beta) || beta < 0) {
    op.fail(ErrorId::TflField,
            fmt::format("field beta: {:.9g}, must be positive, finite and normal", beta));
  }
  const double multiplier = double{beta} * double{input.quant.scale[0]} * 67108864.0;
  if (!(multiplier > 1.0) || multiplier >= 1073741824.0) {
    op.fail(ErrorId::TflMultiplier,
            fmt::format("beta {:.9g} x input scale {:.9g} x 2^26 is {:.9g}, must lie between 1 and "
                        "2^30",
                        beta, input.quant.scale[0], multiplier));
  }
  op.op().attrs.beta = beta;
}

}  // namespace vernier
