#include <fmt/format.h>

#include "compiler/import/requantization.h"

namespace vernier {

// x * relu6(x + 3) / 6 in 16 bits (numerics.md 2.5). The runtimes scale by h / so and by
// h / (3 / 32768), h = si / 128, and shift 16-bit values by the exponents: the first may only shift
// right, and neither by more than 15.
void import_hard_swish(OpReader& op) {
  op.optional_options<fb::HardSwishOptions>();
  const TensorInfo& input = op.activation(0);
  const TensorInfo& output = op.output();
  op.require_output_shape(input.shape);
  const float fine = input.quant.scale[0] / 128.0F;
  const int out = multiplier_shift(double{fine / output.quant.scale[0]});
  const int relu = multiplier_shift(double{fine / (3.0F / 32768.0F)});
  if (out > 0 || out < -15 || relu > 15 || relu < -15) {
    op.fail(ErrorId::TflMultiplier,
            fmt::format("input scale {:.9g} and output scale {:.9g} shift by {} and {}, must be "
                        "-15..0 and -15..15",
                        input.quant.scale[0], output.quant.scale[0], out, relu));
  }
}

}  // namespace vernier
