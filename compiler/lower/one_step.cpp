#include "compiler/lower/one_step.h"

#include <algorithm>

namespace vernier::compiler {

std::optional<std::int64_t> where_one_step_differs(Multiplier m, Rounding rounding, double real,
                                                   const SumRange& sums, int zero_point,
                                                   const ClampRange& codes) {
  const auto clamped = [&](std::int64_t v) {
    return std::clamp<std::int64_t>(v + zero_point, codes.lo, codes.hi);
  };
  const auto one_step = [&](std::int64_t x) {
    return clamped(multiply_by_quantized_multiplier(static_cast<std::int32_t>(x), m, rounding));
  };
  const auto in_double = [&](std::int64_t x) {
    return clamped(scale_in_double(static_cast<std::int32_t>(x), real));
  };
  // From each code's first sum to the next code's: both ends of every step are compared.
  for (std::int64_t x = sums.lo; x <= sums.hi;) {
    const std::int64_t code = one_step(x);
    if (in_double(x) != code) return x;
    std::int64_t last = x, beyond = sums.hi + 1;  // one_step(last) == code, one_step(beyond) is not
    while (beyond - last > 1) {
      const std::int64_t middle = last + (beyond - last) / 2;
      (one_step(middle) == code ? last : beyond) = middle;
    }
    if (in_double(last) != code) return last;
    x = beyond;
  }
  return {};
}

}  // namespace vernier::compiler
