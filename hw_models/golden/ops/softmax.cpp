// SOFTMAX over the last dimension, int8 to int8 or uint8 to uint8, numerics.md 2.5. In fixed point
// differences to the row's maximum d = x - max are Q5.26, exponentials Q0.31, their sum Q12.19.
// Profile f32 computes it in float, as LiteRT's optimized kernel: e(d) = expf(-beta * si * -d),
//   y = round_half_away(e(d) * (1 / (sum of e * so))) + zo
#include <algorithm>
#include <cmath>

#include "hw_models/golden/kernel.h"

namespace vernier::golden {
namespace {

constexpr int kInputIntegerBits = 5;
constexpr int kSumIntegerBits = 12;

// One row: its first code, its length, its largest code.
struct Row {
  const Codes& x;
  std::int64_t begin;
  int count, most;
  // x - max of element i.
  int difference(int i) const { return x[begin + i] - most; }
};

std::int32_t exponential(const SoftmaxParams& p, int difference) {
  return exp_on_negative_values(srdhm(wrap_shift_left(difference, p.left_shift), p.mantissa),
                                kInputIntegerBits);
}

void fixed_point_row(const SoftmaxParams& p, const Row& row, ClampRange range, std::uint8_t* y) {
  std::uint32_t sum = 0;
  for (int i = 0; i < row.count; ++i) {
    const int d = row.difference(i);
    if (d < p.diff_min) continue;
    sum += static_cast<std::uint32_t>(rdbpot(exponential(p, d), kSumIntegerBits));
  }

  // 1 / sum as a mantissa 1 / (1 + f), f in [0, 1), and the exponent that normalizes the sum.
  const int headroom = count_leading_zeros(sum);
  const auto fraction = static_cast<std::int32_t>((sum << headroom) - (1U << 31));
  const std::int32_t reciprocal = one_over_one_plus_x(fraction);
  const int exponent = kSumIntegerBits - headroom + 31 - 8;

  for (int i = 0; i < row.count; ++i) {
    const int d = row.difference(i);
    std::int32_t code = range.lo;
    // From 512 equal maxima on every share is below one half of a code.
    if (d >= p.diff_min && exponent <= 31) {
      code += rdbpot(srdhm(reciprocal, exponential(p, d)), exponent);
    }
    y[i] = static_cast<std::uint8_t>(std::clamp(code, range.lo, range.hi));
  }
}

void float_row(const std::vector<float>& table, float scale_out, const Row& row, ClampRange range,
               std::uint8_t* y) {
  const auto e = [&](int i) { return table[static_cast<std::size_t>(-row.difference(i))]; };
  float sum = 0.0F;
  for (int i = 0; i < row.count; ++i) sum += e(i);
  const float factor = 1.0F / (sum * scale_out);
  for (int i = 0; i < row.count; ++i) {
    const int code = static_cast<int>(std::round(e(i) * factor)) + range.lo;
    y[i] = static_cast<std::uint8_t>(std::clamp(code, range.lo, range.hi));
  }
}

// e(d) of d = 0, -1, ... -255.
std::vector<float> float_exponentials(float beta, float scale_in) {
  std::vector<float> table(256);
  const float slope = -scale_in * beta;
  for (std::size_t d = 0; d < table.size(); ++d) {
    table[d] = std::exp(slope * static_cast<float>(d));
  }
  return table;
}

}  // namespace

void golden_softmax(const OpContext& c) {
  const TensorInfo& in = c.in_info(0);
  const float scale_in = in.quant.scale[0];
  const bool in_float = c.rounding() == Rounding::kFloat32;
  SoftmaxParams params;
  std::vector<float> table;
  if (in_float) {
    table = float_exponentials(c.op.attrs.beta, scale_in);
  } else {
    params = softmax_params(c.op.attrs.beta, scale_in);
  }
  // The output's zero point is its lowest code (numerics.md 2.5).
  const ClampRange range = activation_range(Activation::kNone, c.out_info());
  const Codes x(c, 0);
  const int depth = in.shape.back();
  std::uint8_t* y = c.out().bytes.data();
  for (std::int64_t begin = 0; begin < x.count(); begin += depth) {
    Row row{x, begin, depth, x[begin]};
    for (int i = 1; i < depth; ++i) row.most = std::max(row.most, x[begin + i]);
    if (in_float) {
      float_row(table, c.out_info().quant.scale[0], row, range, y + begin);
    } else {
      fixed_point_row(params, row, range, y + begin);
    }
  }
}

}  // namespace vernier::golden
