#include "compiler/lower/pool.h"

#include <fmt/format.h>

#include "hw_models/spec/machine.h"

namespace vernier::compiler {
namespace {

// floor(a * ceil(2^31 / n) / 2^31) = floor(a / n): the excess a * (n - 1) / (n * 2^31) stays below
// 1 / n while a * (n - 1) < 2^31. a <= 128 n + n / 2 for int8: 129 n^2 < 2^31; a <= 255 n + n / 2
// for uint8: 256 n^2 < 2^31.
constexpr std::int64_t kMostTapsSigned = 4079, kMostTapsUnsigned = 2896;

std::uint32_t reciprocal(std::int64_t taps) {
  return taps < 2 ? 0 : static_cast<std::uint32_t>(((std::int64_t{1} << 31) + taps - 1) / taps);
}

// PostWindow.kernel_h and .kernel_w end at 1023, so a window has at most 1023^2 taps.
constexpr std::int64_t kMostTapsScaled = 1023 * 1023;

// The sum goes through the requantizer with a single rounding, ties up, by m = floor(2^(30 + k) /
// n)
// + 1 and a shift of 30 + k, 2^k <= n < 2^(k + 1). The product exceeds |sum| / n by less than
// |sum| / n / 2^29 <= 255 / 2^29 < 1 / (2 n), so that nothing but a tie changes sides, and a tie
// leaves zero, as the division's do.
void scale_sums(LowerContext& c, std::int64_t taps) {
  auto& v = c.layer.vector;
  int k = 0;
  while (taps >> (k + 1) != 0) ++k;
  v.scaled = true;
  v.a_zero = 0;
  v.scale.multiplier = (std::int64_t{1} << (30 + k)) / taps + 1;
  v.scale.shift = 1 - k;
  c.layer.rounding = Rounding::kSingle;
}

}  // namespace

void lower_pool(LowerContext& c, bool average) {
  auto& v = c.layer.vector;
  const auto& a = c.op.attrs;
  v.kind = VectorPlan::Kind::kPool;
  v.a = c.op.inputs[0];
  v.a_view = c.image(0);
  v.a_unsigned = c.in(0).dtype == DType::kUint8;
  v.average = average;
  v.window.kernel_h = a.filter_h;
  v.window.kernel_w = a.filter_w;
  v.window.stride_h = a.stride_h;
  v.window.stride_w = a.stride_w;
  v.window.pad_top = a.pad_top;
  v.window.pad_left = a.pad_left;
  c.layer.mode = LayerPlan::Mode::kVector;
  c.layer.zero_point = 0;  // pools work on raw codes
  if (!average) return;
  const std::int64_t taps = std::int64_t{a.filter_h} * a.filter_w;
  const std::int64_t most = v.a_unsigned ? kMostTapsUnsigned : kMostTapsSigned;
  const bool clipped = a.pad_top > 0 || a.pad_left > 0 || a.pad_bottom > 0 || a.pad_right > 0;
  if (taps > most && !clipped && taps <= kMostTapsScaled) return scale_sums(c, taps);
  if (taps > most) {
    c.refuse(fmt::format("{} window of {} taps, the reciprocal is exact up to {}",
                         clipped ? "a padded" : "a", taps, most));
  }
  v.window.reciprocal = reciprocal(taps);
  if (!clipped) return;
  if (taps > kLutEntries) {
    c.refuse(fmt::format("a padded window of {} taps, the table of reciprocals ends at {}", taps,
                         kLutEntries));
  }
  v.window.clipped = 1;
  for (std::int64_t n = 1; n <= taps; ++n) v.table.push_back(reciprocal(n));
}

}  // namespace vernier::compiler
