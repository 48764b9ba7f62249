#include "hw_models/spec/sigmoid.h"

#include <algorithm>
#include <cmath>

#include "hw_models/spec/error.h"
#include "hw_models/spec/numerics.h"

namespace vernier {
namespace {

constexpr int kIntegerBits = 4;
constexpr int kFractionBits = 31 - kIntegerBits;

// (1 - e) / (1 + e) of e in [0, 1), Q0.31, as 2 / (1 + e) - 1: the Newton iterations of both are
// the same, and what saturates one saturates the other.
std::int32_t one_minus_x_over_one_plus_x(std::int32_t e) {
  const std::int32_t reciprocal = one_over_one_plus_x(e);
  if (reciprocal == INT32_MAX) return INT32_MAX;
  return static_cast<std::int32_t>(2 * std::int64_t{reciprocal} - (std::int64_t{1} << 31));
}

// 1 / (1 + exp(-a)) in Q0.31 of a in Q4.27.
std::int32_t logistic(std::int32_t a) {
  if (a == 0) return 1 << 30;
  const std::int32_t positive =
      one_over_one_plus_x(exp_on_negative_values(-std::abs(a), kIntegerBits));
  return a > 0 ? positive : INT32_MAX - positive;
}

// tanh(a) in Q0.31 of a in Q4.27: the same bits are 2 a in Q5.26.
std::int32_t tanh_q31(std::int32_t a) {
  if (a == 0) return 0;
  const std::int32_t positive =
      one_minus_x_over_one_plus_x(exp_on_negative_values(-std::abs(a), kIntegerBits + 1));
  return a > 0 ? positive : -positive;
}

}  // namespace

SigmoidParams sigmoid_params(float input_scale) {
  const Multiplier m =
      quantize_multiplier(static_cast<double>(input_scale) * (std::int64_t{1} << kFractionBits));
  check(m.shift >= 0, "a LOGISTIC or TANH whose input scale is at least 2^-28");
  const double whole = std::ldexp((1 << kIntegerBits) - 1, kFractionBits);
  SigmoidParams p;
  p.mantissa = m.mantissa;
  p.shift = m.shift;
  // Codes are within 255 of the zero point: a greater radius saturates none of them. From scale 8
  // on it is 0 and saturates all.
  p.radius = static_cast<std::int32_t>(std::min(std::floor(std::ldexp(whole, -m.shift)), 256.0));
  return p;
}

int sigmoid_code(Sigmoid function, const SigmoidParams& p, int x) {
  if (x <= -p.radius) return INT8_MIN;
  if (x >= p.radius) return INT8_MAX;
  const std::int32_t a = multiply_by_quantized_multiplier(x, {p.mantissa, p.shift});
  const int code = function == Sigmoid::kLogistic ? rdbpot(logistic(a), 31 - 8) + INT8_MIN
                                                  : rdbpot(tanh_q31(a), 31 - 7);
  return std::clamp<int>(code, INT8_MIN, INT8_MAX);
}

}  // namespace vernier
