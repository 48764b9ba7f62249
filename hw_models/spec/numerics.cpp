// Closed forms of numerics.md 2.1, 2.2 and 2.5. >> of a negative number is arithmetic.
#include "hw_models/spec/numerics.h"

#include <algorithm>
#include <cmath>

#include "hw_models/spec/error.h"

namespace vernier {
namespace {

// P * 2^-n with one rounding; n 1..62. h = 2^(n-1) is one half.
std::int64_t round_shift(std::int64_t p, int n, Rounding rounding) {
  const std::int64_t h = std::int64_t{1} << (n - 1);
  const std::int64_t negative = p < 0 ? 1 : 0;
  switch (rounding) {
    case Rounding::kDouble:
    case Rounding::kDoubleUp:
    case Rounding::kFloat64:
    case Rounding::kFloat32:
      break;  // two roundings or floating point: not a rounded shift
    case Rounding::kSingle:
      return (p + h) >> n;
    case Rounding::kHalfAway:
      return (p + h - negative) >> n;
    case Rounding::kHalfEven:
      return (p + h - 1 + ((p >> n) & 1)) >> n;
    case Rounding::kFloor:
      return p >> n;
    case Rounding::kTruncate:
      return (p + negative * (2 * h - 1)) >> n;
  }
  check(false, "round_shift of a rounding that is none");
  return 0;
}

double real_value(Multiplier m) {
  return std::ldexp(static_cast<double>(m.mantissa), m.shift - 31);
}

// a * 2^n, saturated to 32 bits.
std::int32_t saturating_shift_left(std::int32_t a, int n) {
  const std::int64_t v = static_cast<std::int64_t>(a) * (std::int64_t{1} << n);
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(v, INT32_MIN, INT32_MAX));
}

// (a + b) / 2, half away from zero.
std::int32_t half_sum(std::int32_t a, std::int32_t b) {
  const std::int64_t sum = static_cast<std::int64_t>(a) + b;
  return static_cast<std::int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
}

}  // namespace

Multiplier quantize_multiplier(double real) {
  check(std::isfinite(real) && real >= 0.0, "quantize_multiplier of a negative or infinite number");
  if (real == 0.0) return {};
  Multiplier m;
  const double fraction = std::frexp(real, &m.shift);  // [0.5, 1)
  auto mantissa = static_cast<std::int64_t>(std::round(fraction * 2147483648.0));
  if (mantissa == std::int64_t{1} << 31) {
    mantissa /= 2;
    ++m.shift;
  }
  if (m.shift < -31) return {};
  m.mantissa = static_cast<std::int32_t>(mantissa);
  return m;
}

std::int32_t multiply_by_quantized_multiplier(std::int32_t x, Multiplier m, Rounding rounding) {
  const int left = std::max(m.shift, 0);
  const int right = std::max(-m.shift, 0);
  check(left <= 30 && right <= 31 && m.mantissa >= 0, "a multiplier outside the shifter");
  if (rounding == Rounding::kDouble) {
    return rdbpot(srdhm(wrap_shift_left(x, left), m.mantissa), right);
  }
  if (rounding == Rounding::kDoubleUp) {
    const std::int64_t first = srdhm(wrap_shift_left(x, left), m.mantissa);
    const std::int64_t half = right > 0 ? std::int64_t{1} << (right - 1) : 0;
    return static_cast<std::int32_t>((first + half) >> right);
  }
  if (rounding == Rounding::kFloat64) return scale_in_double(x, real_value(m));
  if (rounding == Rounding::kFloat32) return scale_in_float(x, static_cast<float>(real_value(m)));
  const std::int64_t product = static_cast<std::int64_t>(x) * m.mantissa;
  return wrap_to(round_shift(product, 31 - m.shift, rounding), 32);
}

std::int32_t shift_round(std::int32_t x, int n, Rounding rounding) {
  check(n >= -31 && n <= 31, "a shift outside the shifter");
  if (n <= 0) return wrap_shift_left(x, -n);
  const std::int64_t wide = x;
  if (rounding == Rounding::kDouble || rounding == Rounding::kDoubleUp) {
    // The first of the two steps leaves one fraction bit less: x * 2^-n with the nudge of both.
    if (n == 1) return static_cast<std::int32_t>((wide + 1) >> 1);
    const std::int64_t half = std::int64_t{1} << (n - 1);
    const std::int64_t nudge = rounding == Rounding::kDouble && x < 0 ? -1 : 1;
    return static_cast<std::int32_t>((wide + half + nudge) >> n);
  }
  if (rounding == Rounding::kFloat64) return scale_in_double(x, std::ldexp(1.0, -n));
  if (rounding == Rounding::kFloat32) return scale_in_float(x, std::ldexp(1.0F, -n));
  return static_cast<std::int32_t>(round_shift(wide, n, rounding));
}

std::int32_t scale_in_double(std::int32_t x, double scale) {
  const double y = std::round(static_cast<double>(x) * scale);
  return static_cast<std::int32_t>(std::clamp(y, -2147483648.0, 2147483647.0));
}

std::int32_t scale_in_float(std::int32_t x, float scale) {
  const float y = std::rint(static_cast<float>(x) * scale);
  if (y >= 2147483648.0F) return INT32_MAX;
  return static_cast<std::int32_t>(std::max(y, -2147483648.0F));
}

SoftmaxParams softmax_params(float beta, float input_scale) {
  // Differences are scaled to Q5.26, numerics.md 2.4.
  const double real = std::min(
      static_cast<double>(beta) * static_cast<double>(input_scale) * (1 << 26), 2147483647.0);
  check(real > 1.0, "a softmax whose beta * scale is at most 2^-26");
  const Multiplier m = quantize_multiplier(real);
  SoftmaxParams p;
  p.mantissa = m.mantissa;
  p.left_shift = m.shift;
  p.diff_min = -static_cast<int>(std::floor(31.0 * (1 << 26) / std::ldexp(1.0, m.shift)));
  return p;
}

std::int32_t exp_on_negative_values(std::int32_t a, int integer_bits) {
  if (a == 0) return INT32_MAX;
  const int fraction_bits = 31 - integer_bits;
  const std::int32_t quarter = std::int32_t{1} << (fraction_bits - 2);

  // exp on [-1/4, 0): a Taylor polynomial of degree 4 around -1/8.
  const std::int32_t a_mod = (a & (quarter - 1)) - quarter;
  const std::int32_t x = wrap_shift_left(a_mod, integer_bits) + (1 << 28);
  const std::int32_t x2 = srdhm(x, x);
  const std::int32_t x3 = srdhm(x2, x);
  const std::int32_t x4 = srdhm(x2, x2);
  constexpr std::int32_t kThird = 715827883;
  constexpr std::int32_t kExpMinusEighth = 1895147668;
  const std::int32_t tail = rdbpot(srdhm(rdbpot(x4, 2) + x3, kThird) + x2, 1);
  std::int32_t result = kExpMinusEighth + srdhm(kExpMinusEighth, x + tail);

  // The rest is a multiple of 1/4: one factor exp(-2^e) per bit.
  constexpr std::int32_t kFactor[] = {1672461947, 1302514674, 790015084, 290630308,
                                      39332535,   720401,     242};
  const std::int32_t rest = a_mod - a;
  for (int e = -2; e <= 4; ++e) {
    if (integer_bits > e && ((rest >> (fraction_bits + e)) & 1) != 0) {
      result = srdhm(result, kFactor[e + 2]);
    }
  }
  return result;
}

std::int32_t one_over_one_plus_x(std::int32_t a) {
  // Newton-Raphson on 1 / ((1 + a) / 2) in Q2.29, from 48/17 - 32/17 * d.
  constexpr std::int32_t k48Over17 = 1515870810;
  constexpr std::int32_t kMinus32Over17 = -1010580540;
  constexpr std::int32_t kOne = 1 << 29;
  const std::int32_t half = half_sum(a, INT32_MAX);
  std::int32_t x = k48Over17 + srdhm(half, kMinus32Over17);
  for (int step = 0; step < 3; ++step) {
    x += saturating_shift_left(srdhm(x, kOne - srdhm(half, x)), 2);
  }
  return saturating_shift_left(x, 1);
}

int count_leading_zeros(std::uint32_t v) { return v == 0 ? 32 : __builtin_clz(v); }

}  // namespace vernier
