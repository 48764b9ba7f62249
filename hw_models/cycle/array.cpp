#include "hw_models/cycle/array.h"

#include <algorithm>

#include "hw_models/spec/numerics.h"

namespace vernier::cycle {

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
// The same plain loop built for wider vectors and chosen when the program starts.
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
void array_sums(const WeightTile& tile, const std::int16_t* ifmap, int stride, int pixels,
                std::int32_t* sums) {
  const int cols = tile.cols;
  for (int p = 0; p < pixels; ++p) {
    std::int32_t* s = sums + p * cols;
    std::fill_n(s, cols, 0);
    for (int r = 0; r < tile.rows; ++r) {
      const std::int32_t a = ifmap[p * stride + r];
      const std::int16_t* w = tile.values.data() + r * cols;
      for (int c = 0; c < cols; ++c) s[c] += a * w[c];
    }
  }
}

int accumulate(std::int32_t* acc, const std::int32_t* sums, std::uint8_t* overflow, int n,
               int acc_bits, bool clear) {
  int count = 0;
  for (int i = 0; i < n; ++i) {
    const std::int64_t exact = (clear ? 0 : std::int64_t{acc[i]}) + sums[i];
    const std::int32_t kept = wrap_to(exact, acc_bits);
    overflow[i] = kept != exact ? 1 : 0;
    count += overflow[i];
    acc[i] = kept;
  }
  return count;
}

}  // namespace vernier::cycle
