// Exact fixed-point arithmetic, numerics.md 2: what golden and the compiler compute with. Each
// function is the closed form given there; the machine's lanes are written from numerics.md 5 and
// do not call these.
#pragma once

#include <cstdint>

namespace vernier {

// A real multiplier as mantissa and exponent: value = mantissa * 2^(shift - 31).
struct Multiplier {
  std::int32_t mantissa = 0;  // 0 or [2^30, 2^31 - 1]; MEAN may go below 2^30
  int shift = 0;              // -31..30
  bool operator==(const Multiplier& o) const { return mantissa == o.mantissa && shift == o.shift; }
};

// numerics.md 2.1, QuantizeMultiplier. Values under about 2^-32 flush to (0, 0).
// Precondition: real >= 0 and finite.
Multiplier quantize_multiplier(double real);

// Rounding of one multiply-by-quantized-multiplier, numerics.md 2.2.
enum class Rounding : std::uint8_t {
  kDouble,    // D: gemmlowp's two steps
  kDoubleUp,  // U: two steps, ties up (ruy x86)
  kSingle,    // S: one step, ties up
  kHalfAway,  // ties away from zero
  kHalfEven,  // ties to even
  kFloor,     // toward minus infinity
  kTruncate,  // toward zero
  // From here on floating point: golden has them, the machine does not.
  kFloat64,  // A: the product in double, ties away from zero
  kFloat32,  // E: the product in float, ties to even
};

// x * 2^n mod 2^32 as signed.
constexpr std::int32_t wrap_shift_left(std::int32_t x, int n) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << n);
}
// v mod 2^bits as signed; bits 1..32.
constexpr std::int32_t wrap_to(std::int64_t v, int bits) {
  const auto up = 64 - bits;
  return static_cast<std::int32_t>(static_cast<std::int64_t>(static_cast<std::uint64_t>(v) << up) >>
                                   up);
}

// (a*b + 2^30) >> 31, ties toward +inf; only INT_MIN*INT_MIN saturates.
constexpr std::int32_t srdhm(std::int32_t a, std::int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  const std::int64_t p = static_cast<std::int64_t>(a) * b;
  return static_cast<std::int32_t>((p + (std::int64_t{1} << 30)) >> 31);
}
// x / 2^n, half away from zero; n 0..31.
constexpr std::int32_t rdbpot(std::int32_t x, int n) {
  if (n == 0) return x;
  const std::int64_t half = std::int64_t{1} << (n - 1);
  return static_cast<std::int32_t>((static_cast<std::int64_t>(x) + half - (x < 0 ? 1 : 0)) >> n);
}

// MBQM of numerics.md 2.2: x * m under the given rounding; kFloat64 and kFloat32 scale by the
// number that m stands for. For s > 0 the caller keeps |x| * 2^s < 2^31 (the C++ of every runtime
// wraps beyond).
std::int32_t multiply_by_quantized_multiplier(std::int32_t x, Multiplier m,
                                              Rounding rounding = Rounding::kDouble);

// A and E of numerics.md 2.2, saturated to 32 bits:
//   round_half_away(f64(x) * scale),   rint(f32(f32(x) * scale))
std::int32_t scale_in_double(std::int32_t x, double scale);
std::int32_t scale_in_float(std::int32_t x, float scale);

// x * 2^-n, the barrel shifter of numerics.md 6: one rounding to the right, exact modulo 2^32 to
// the left. kDouble is TFL_POT, what D makes of the multiplier (2^30, 1 - n); kDoubleUp likewise
// for U. n is -31..31.
std::int32_t shift_round(std::int32_t x, int n, Rounding rounding = Rounding::kDouble);

// Fixed-point softmax pieces, numerics.md 2.5.
struct SoftmaxParams {
  std::int32_t mantissa = 0;
  int left_shift = 0;
  int diff_min = 0;  // differences below this contribute nothing
};
// Precondition: beta * input_scale > 2^-26.
SoftmaxParams softmax_params(float beta, float input_scale);
// exp(a) in Q0.31 of a <= 0 with `integer_bits` integer bits.
std::int32_t exp_on_negative_values(std::int32_t a, int integer_bits);
// 1 / (1 + a) for a in [0, 1), Q0.31.
std::int32_t one_over_one_plus_x(std::int32_t a);
// Leading zeros of a 32-bit word; 32 for 0.
int count_leading_zeros(std::uint32_t v);

}  // namespace vernier
