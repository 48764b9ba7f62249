// SOFTMAX int8 to int8 in fixed point over the last dimension, numerics.md 2.5. Differences to the
// row's maximum d = x - max are Q5.26, exponentials Q0.31, their sum Q12.19.
#include <algorithm>

#include "hw_models/golden/kernel.h"

namespace vernier::golden {
namespace {

constexpr int kInputIntegerBits = 5;
constexpr int kSumIntegerBits = 12;

std::int32_t exponential(const SoftmaxParams& p, int difference) {
  return exp_on_negative_values(srdhm(wrap_shift_left(difference, p.left_shift), p.mantissa),
                                kInputIntegerBits);
}

void softmax_row(const SoftmaxParams& p, const std::int8_t* x, int count, std::int8_t* y) {
  const int most = *std::max_element(x, x + count);
  std::uint32_t sum = 0;
  for (int i = 0; i < count; ++i) {
    const int d = x[i] - most;
    if (d < p.diff_min) continue;
    sum += static_cast<std::uint32_t>(rdbpot(exponential(p, d), kSumIntegerBits));
  }

  // 1 / sum as a mantissa 1 / (1 + f), f in [0, 1), and the exponent that normalizes the sum.
  const int headroom = count_leading_zeros(sum);
  const auto fraction = static_cast<std::int32_t>((sum << headroom) - (1U << 31));
  const std::int32_t reciprocal = one_over_one_plus_x(fraction);
  const int exponent = kSumIntegerBits - headroom + 31 - 8;

  for (int i = 0; i < count; ++i) {
    const int d = x[i] - most;
    std::int32_t code = INT8_MIN;
    // From 512 equal maxima on every share is below one half of a code.
    if (d >= p.diff_min && exponent <= 31) {
      code += rdbpot(srdhm(reciprocal, exponential(p, d)), exponent);
    }
    y[i] = static_cast<std::int8_t>(std::clamp<std::int32_t>(code, INT8_MIN, INT8_MAX));
  }
}

}  // namespace

void golden_softmax(const OpContext& c) {
  const TensorInfo& in = c.in_info(0);
  const SoftmaxParams p = softmax_params(c.op.attrs.beta, in.quant.scale[0]);
  const int depth = in.shape.back();
  const std::int64_t rows = element_count(in.shape) / depth;
  for (std::int64_t row = 0; row < rows; ++row) {
    softmax_row(p, codes(c, 0) + row * depth, depth, c.out().i8() + row * depth);
  }
}

}  // namespace vernier::golden
