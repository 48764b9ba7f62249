#include "hw_models/cycle/lanes.h"

#include <algorithm>

namespace vernier::cycle {
namespace {

std::int32_t finish(std::int64_t y, std::int32_t zero_point, std::int32_t lo, std::int32_t hi) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(y + zero_point, lo, std::max(lo, hi)));
}

}  // namespace

std::int32_t requantize_lane(std::int32_t acc, std::int32_t bias, std::int32_t m, int s,
                             Rounding rounding, std::int32_t zero_point, std::int32_t lo,
                             std::int32_t hi) {
  const int left = std::max(s, 0);
  const int right = std::max(-s, 0);
  const auto sum = static_cast<std::uint32_t>(acc) + static_cast<std::uint32_t>(bias);
  const auto x = static_cast<std::int32_t>(sum << left);
  const std::int64_t p = static_cast<std::int64_t>(x) * m;
  const int t = 31 + right;
  const std::int64_t half = std::int64_t{1} << (30 + right);
  constexpr std::int64_t kStep = std::int64_t{1} << 30;
  std::int64_t c = 0;
  switch (rounding) {
    case Rounding::kDouble:
      c = right == 0 ? kStep : half + (p >= -kStep ? kStep : -kStep);
      break;
    case Rounding::kDoubleUp:
      c = right == 0 ? kStep : half + kStep;
      break;
    case Rounding::kSingle:
      c = half;
      break;
    case Rounding::kHalfAway:
      c = half - (p < 0 ? 1 : 0);
      break;
    case Rounding::kHalfEven:
      c = half - 1 + ((p >> t) & 1);
      break;
    case Rounding::kFloor:
      c = 0;
      break;
    case Rounding::kTruncate:
      c = p < 0 ? 2 * half - 1 : 0;
      break;
  }
  return finish((p + c) >> t, zero_point, lo, hi);
}

std::int32_t shift_lane(std::int32_t x, int n, Rounding rounding, std::int32_t zero_point,
                        std::int32_t lo, std::int32_t hi) {
  if (n <= 0) {
    return finish(static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << -n), zero_point, lo,
                  hi);
  }
  const std::int64_t v = x;
  const std::int64_t half = std::int64_t{1} << (n - 1);
  std::int64_t c = 0;
  switch (rounding) {
    case Rounding::kDouble:
      c = n == 1 ? 1 : half + (v >= 0 ? 1 : -1);
      break;
    case Rounding::kDoubleUp:
    case Rounding::kSingle:
      c = half;
      break;
    case Rounding::kHalfAway:
      c = half - (v < 0 ? 1 : 0);
      break;
    case Rounding::kHalfEven:
      c = half - 1 + ((v >> n) & 1);
      break;
    case Rounding::kFloor:
      c = 0;
      break;
    case Rounding::kTruncate:
      c = v < 0 ? 2 * half - 1 : 0;
      break;
  }
  return finish((v + c) >> n, zero_point, lo, hi);
}

}  // namespace vernier::cycle
