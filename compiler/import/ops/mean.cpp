#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/import/requantization.h"

namespace vernier {
namespace {

// The dimensions of a constant scalar or vector, ascending; negative ones count from the end.
std::vector<int> reduced_dimensions(const OpReader& op, int rank) {
  if (op.shape(1).size() > 1) {
    op.fail(ErrorId::TflOperandShape, fmt::format("{}: shape {}, must be a scalar or have rank 1",
                                                  op.input_text(1), shape_text(op.shape(1))));
  }
  std::set<int> axes;
  for (const std::int64_t axis : op.integers(1, {})) {
    if (axis < -rank || axis >= rank) {
      op.fail(ErrorId::TflField,
              fmt::format("{}: axis {}, must be {}..{}", op.input_text(1), axis, -rank, rank - 1));
    }
    axes.insert(static_cast<int>(axis < 0 ? axis + rank : axis));
  }
  return {axes.begin(), axes.end()};
}

}  // namespace

// The mean of the n elements along some dimensions: y = (sum - n * zx) * (si / so / n) + zo, with
// the division by n inside the multiplier (numerics.md 2.5). The dimensions become 1 or are
// dropped.
void import_mean(OpReader& op) {
  const bool keep = op.options<fb::ReducerOptions>().keep_dims();
  const TensorInfo& input = op.activation(0);
  const TensorInfo& output = op.output();
  OpAttrs& a = op.op().attrs;
  a.axes = reduced_dimensions(op, static_cast<int>(input.shape.size()));
  std::int64_t n = 1;
  Shape shape;
  for (int i = 0; i < static_cast<int>(input.shape.size()); ++i) {
    const int dim = input.shape[static_cast<std::size_t>(i)];
    if (!std::binary_search(a.axes.begin(), a.axes.end(), i)) {
      shape.push_back(dim);
    } else {
      n *= dim;
      if (keep) shape.push_back(1);
    }
  }
  op.require_output_shape(shape);
  const std::int64_t most = n * reach(input);
  if (n * 256 > INT32_MAX) {
    op.fail(
        ErrorId::TflAccumulator,
        fmt::format("the sum of {} elements can leave 32 bits, at most {}", n, INT32_MAX / 256));
  }
  require_multiplier(op, double{input.quant.scale[0]} / double{output.quant.scale[0]}, 0,
                     "input scale over output scale");
  // numerics.md 2.5: the shift left that remains once the multiplier has been divided by n.
  int bits = 0;
  for (std::int64_t v = n; v > 1; v >>= 1) ++bits;
  const int shift = multiplier_shift(double{input.quant.scale[0]} / double{output.quant.scale[0]});
  const int rest = shift - std::min({bits, 32, 31 + shift});
  if (rest > 0 && most > (INT32_MAX >> rest)) {
    op.fail(ErrorId::TflMultiplier,
            fmt::format("sums up to {} are shifted left by {}, beyond 32 bits", most, rest));
  }
}

}  // namespace vernier
