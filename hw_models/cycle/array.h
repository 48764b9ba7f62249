// One cycle of the MAC array: an ifmap vector against the stationary weight tile.
#pragma once

#include <cstdint>
#include <vector>

namespace vernier::cycle {

// rows x cols weights, 9-bit signed, zero point subtracted; rows not in use are zero.
struct WeightTile {
  int rows = 0, cols = 0;
  std::vector<std::int16_t> values;  // [rows][cols]
  void resize(int r, int c) {
    rows = r;
    cols = c;
    values.assign(static_cast<std::size_t>(r) * static_cast<std::size_t>(c), 0);
  }
  std::int16_t* row(int r) { return values.data() + r * cols; }
  const std::int16_t* row(int r) const { return values.data() + r * cols; }
};

// sums[p][c] = sum over rows r of ifmap[p][r] * tile[r][c], for `pixels` vectors of `stride` lanes.
void array_sums(const WeightTile& tile, const std::int16_t* ifmap, int stride, int pixels,
                std::int32_t* sums);

// acc = wrap_to_acc_bits(clear ? sum : acc + sum) on n accumulators; marks overflow[i] where the
// exact result does not fit acc_bits. Returns how many do not fit.
int accumulate(std::int32_t* acc, const std::int32_t* sums, std::uint8_t* overflow, int n,
               int acc_bits, bool clear);

}  // namespace vernier::cycle
