// MEAN over any dimensions: y = clamp(MBQM(sum - n * zx) + zo), numerics.md 2.5.
#include <algorithm>

#include "hw_models/golden/codes.h"
#include "hw_models/golden/kernel.h"
#include "hw_models/golden/strided_walk.h"
#include "hw_models/spec/rescale_multipliers.h"

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
  const auto x = Codes(c, 0).widened(c.in_info(0).quant.zero_point[0]);
  std::vector<std::uint8_t>& y = c.out().bytes;

  std::vector<std::int32_t> sum(y.size());
  StridedWalk walk(shape, output_strides(shape, c.op.attrs.axes));
  for (auto v = x.begin(); v != x.end(); walk.next()) {
    auto into = sum.begin() + walk.offset();
    for (std::int64_t i = 0; i < walk.run(); ++i) *into++ += *v++;
  }

  const Multiplier m = mean_multiplier(c.graph, c.op);
  const ClampRange range = activation_range(Activation::kNone, c.out_info());
  const int zero = c.out_info().quant.zero_point[0];
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::int64_t code =
        std::int64_t{multiply_by_quantized_multiplier(sum[i], m, c.rounding())} + zero;
    y[i] = code_byte(std::clamp<std::int64_t>(code, range.lo, range.hi));
  }
}

}  // namespace vernier::golden
