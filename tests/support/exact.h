// Rational arithmetic on __int128: the oracle for every rounded product. A number is a numerator
// over a power of two, and rounding is decided by comparing remainders, not by adding constants.
#pragma once

#include <cstdint>
#include <stdexcept>

#include "hw_models/spec/numerics.h"

namespace vernier::exact {

// numerator / 2^exponent.
struct Rational {
  __int128 numerator;
  int exponent;  // 0..100
};

// x * mantissa * 2^(shift - 31), exactly.
inline Rational product(std::int64_t x, std::int64_t mantissa, int shift) {
  return {static_cast<__int128>(x) * mantissa * (shift > 0 ? __int128{1} << shift : 1),
          31 - (shift < 0 ? shift : 0)};
}

// The integer next to a number under a one-step rounding.
inline std::int64_t rounded(const Rational& r, Rounding mode) {
  const __int128 whole = __int128{1} << r.exponent;
  __int128 below = r.numerator / whole;  // toward zero
  if (below * whole > r.numerator) --below;
  const __int128 rest = r.numerator - below * whole;  // 0 <= rest < whole
  const bool negative = r.numerator < 0;
  const bool tie = 2 * rest == whole;
  const bool nearer_above = 2 * rest > whole;
  bool up = false;
  switch (mode) {
    case Rounding::kSingle:
      up = nearer_above || tie;
      break;
    case Rounding::kHalfAway:
      up = nearer_above || (tie && !negative);
      break;
    case Rounding::kHalfEven:
      up = nearer_above || (tie && below % 2 != 0);
      break;
    case Rounding::kFloor:
      up = false;
      break;
    case Rounding::kTruncate:
      up = negative && rest != 0;
      break;
    default:
      throw std::logic_error("a two-step rounding");
  }
  return static_cast<std::int64_t>(below + (up ? 1 : 0));
}

// x * mantissa * 2^(shift - 31), rounded once.
inline std::int64_t multiply(std::int64_t x, std::int64_t mantissa, int shift, Rounding mode) {
  return rounded(product(x, mantissa, shift), mode);
}

// gemmlowp's way: the left shift and the product first, ties up, then the right shift by `second`.
inline std::int64_t multiply_in_two_steps(std::int64_t x, std::int64_t mantissa, int shift,
                                          Rounding second) {
  const std::int64_t first = multiply(x, mantissa, shift > 0 ? shift : 0, Rounding::kSingle);
  return rounded({first, shift < 0 ? -shift : 0}, second);
}

}  // namespace vernier::exact
