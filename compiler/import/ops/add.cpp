#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/requantization.h"

namespace vernier {

// Two inputs and an output of one shape. numerics.md 2.5: with t = 2 * max(s1, s2) the inputs are
// scaled by s1 / t and s2 / t, which are at most 1/2, and their sum by t / (2^20 * so), which must
// be below 1: the runtimes abort there.
void import_add(OpReader& op) {
  const auto& options = op.options<fb::AddOptions>();
  op.op().attrs.activation = op.fused(options.fused_activation_function());
  const TensorInfo& a = op.activation(0);
  const TensorInfo& b = op.activation(1);
  if (a.shape != b.shape) {
    op.fail(
        ErrorId::TflOperandShape,
        fmt::format("{} has shape {}, {} has {}; broadcasting is not supported", op.input_text(0),
                    shape_text(a.shape), op.input_text(1), shape_text(b.shape)));
  }
  const TensorInfo& output = op.output();
  op.require_output_shape(a.shape);
  const double twice = 2.0 * double{std::max(a.quant.scale[0], b.quant.scale[0])};
  const double real = twice / (1048576.0 * double{output.quant.scale[0]});
  if (multiplier_shift(real) > 0) {
    op.fail(ErrorId::TflMultiplier,
            fmt::format("input scales {:.9g} and {:.9g} over output scale {:.9g}: the sum's "
                        "multiplier {:.9g} must be below 1",
                        a.quant.scale[0], b.quant.scale[0], output.quant.scale[0], real));
  }
}

}  // namespace vernier
