#include "hw_models/cycle/lanes.h"

#include <algorithm>
#include <type_traits>

namespace vernier::cycle {
namespace {

inline std::int32_t finish(std::int64_t y, std::int32_t zero_point, std::int32_t lo,
                           std::int32_t hi) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(y + zero_point, lo, std::max(lo, hi)));
}

// What is added to v before a right shift by t > 0, for the modes that round once; half = 2^(t-1).
inline std::int64_t one_step(Rounding rounding, std::int64_t v, int t, std::int64_t half) {
  switch (rounding) {
    case Rounding::kDouble:
    case Rounding::kDoubleUp:
    case Rounding::kSingle:
      return half;
    case Rounding::kHalfAway:
      return half - (v < 0 ? 1 : 0);
    case Rounding::kHalfEven:
      return half - 1 + ((v >> t) & 1);
    case Rounding::kFloor:
      return 0;
    case Rounding::kTruncate:
      return v < 0 ? 2 * half - 1 : 0;
    case Rounding::kFloat64:
    case Rounding::kFloat32:
      break;  // no encoding: the operand checks refuse it
  }
  return 0;
}

// requantize_lane; Mode is Rounding, or a constant of it.
template <class Mode>
inline std::int32_t requantize_in(Mode mode, std::int32_t acc, std::int32_t bias, std::int32_t m,
                                  int s, std::int32_t zero_point, std::int32_t lo,
                                  std::int32_t hi) {
  const Rounding rounding = mode;
  const int left = std::max(s, 0);
  const int right = std::max(-s, 0);
  const auto sum = static_cast<std::uint32_t>(acc) + static_cast<std::uint32_t>(bias);
  const auto x = static_cast<std::int32_t>(sum << left);
  const std::int64_t p = static_cast<std::int64_t>(x) * m;
  const int t = 31 + right;
  std::int64_t c = one_step(rounding, p, t, std::int64_t{1} << (30 + right));
  // Two steps differ from one where there is a second shift: the first step's half is added too,
  // for D with the sign that ties away from zero take.
  constexpr std::int64_t kStep = std::int64_t{1} << 30;
  if (right > 0 && rounding == Rounding::kDouble) c += p >= -kStep ? kStep : -kStep;
  if (right > 0 && rounding == Rounding::kDoubleUp) c += kStep;
  return finish((p + c) >> t, zero_point, lo, hi);
}

}  // namespace

std::int32_t requantize_lane(std::int32_t acc, std::int32_t bias, std::int32_t m, int s,
                             Rounding rounding, std::int32_t zero_point, std::int32_t lo,
                             std::int32_t hi) {
  return requantize_in(rounding, acc, bias, m, s, zero_point, lo, hi);
}

void requantize_lanes(const LaneOperands& v, std::size_t n, Rounding rounding,
                      std::int32_t zero_point, std::int32_t lo, std::int32_t hi,
                      std::int32_t* out) {
  const auto all = [&](auto mode) {
    for (std::size_t k = 0; k < n; ++k) {
      out[k] =
          requantize_in(mode, v.acc[k], v.bias[k], v.multiplier[k], v.shift[k], zero_point, lo, hi);
    }
  };
  // The layer's usual mode, with its cases decided once.
  if (rounding == Rounding::kDouble) {
    all(std::integral_constant<Rounding, Rounding::kDouble>{});
  } else {
    all(rounding);
  }
}

std::int32_t shift_lane(std::int32_t x, int n, Rounding rounding, std::int32_t zero_point,
                        std::int32_t lo, std::int32_t hi) {
  if (n <= 0) {
    return finish(static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << -n), zero_point, lo,
                  hi);
  }
  const std::int64_t v = x;
  std::int64_t c = one_step(rounding, v, n, std::int64_t{1} << (n - 1));
  // Both steps of a power of two at once: the first one's half is half of the last bit it leaves.
  if (n > 1 && rounding == Rounding::kDouble) c += v >= 0 ? 1 : -1;
  if (n > 1 && rounding == Rounding::kDoubleUp) c += 1;
  return finish((v + c) >> n, zero_point, lo, hi);
}

}  // namespace vernier::cycle
