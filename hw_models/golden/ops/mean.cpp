// MEAN over any dimensions: y = clamp(MBQM(sum - n * zx) + zo), numerics.md 2.5.
#include <algorithm>

#include "hw_models/golden/codes.h"
#include "hw_models/golden/strided_walk.h"
#include "hw_models/spec/rescale_multipliers.h"
#include "hw_models/spec/unary_table.h"

namespace vernier::golden {
namespace {

// Strides of the output at the input's index: 0 along reduced dimensions, kept as 1 or not.
Strides output_strides(const Shape& in, const std::vector<int>& axes) {
  Shape kept = in;
  for (const int axis : axes) kept[static_cast<std::size_t>(axis)] = 1;
  Strides strides = dense_strides(kept);
  for (const int axis : axes) strides[static_cast<std::size_t>(axis)] = 0;
  return strides;
}

}  // namespace

void golden_mean(const OpContext& c) {
  const Shape& shape = c.in_info(0).shape;
  const std::vector<std::int16_t> x = centred_codes(c, 0);
  std::vector<std::uint8_t>& y = c.out().bytes;

  std::vector<std::int32_t> sum(y.size());
  StridedWalk walk(shape, output_strides(shape, c.op.attrs.axes));
  for (const std::int16_t v : x) {
    sum[static_cast<std::size_t>(walk.offset())] += v;
    walk.next();
  }

  const Multiplier m = mean_multiplier(c.graph, c.op);
  const Rounding rounding = unary_rounding(c.op.profile);
  const ClampRange range = activation_range(Activation::kNone, c.out_info());
  const int zero = c.out_info().quant.zero_point[0];
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::int64_t code =
        std::int64_t{multiply_by_quantized_multiplier(sum[i], m, rounding)} + zero;
    y[i] = code_byte(std::clamp<std::int64_t>(code, range.lo, range.hi));
  }
}

}  // namespace vernier::golden
