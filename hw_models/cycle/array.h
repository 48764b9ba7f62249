// The MAC array's arithmetic: vectors of operands against the stationary weight tile.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/spec/durations.h"

namespace vernier::cycle {

// Columns are computed in blocks of so many; the arrays of this file have whole blocks.
inline constexpr int kColumnBlock = 16;
constexpr int padded_columns(int cols) {
  return (cols + kColumnBlock - 1) / kColumnBlock * kColumnBlock;
}

// rows x cols weights, 9-bit signed, zero point subtracted.
struct WeightTile {
  int rows = 0, cols = 0;
  std::vector<std::int16_t> values;  // [rows][cols], as they enter the array
  std::vector<std::int32_t> wide;    // [rows][padded_columns(cols)], zero behind cols
  // Room for `most` rows.
  void resize(int most, int c) {
    rows = 0;
    cols = c;
    values.assign(static_cast<std::size_t>(most * c), 0);
    wide.assign(static_cast<std::size_t>(most * padded_columns(c)), 0);
  }
  const std::int16_t* row(int r) const { return values.data() + r * cols; }
};

// Channel and packed mode: sums[p][c] = sum over rows r of ifmap[p][r] * tile[r][c], for `pixels`
// vectors of `stride` lanes. sums: [pixels][padded_columns(cols)].
void array_sums(const WeightTile& tile, const std::int16_t* ifmap, int stride, int pixels,
                std::int32_t* sums);

// One tap of a depthwise pass: its operands for output pixel (y, x) of the tile and column c are
// rows[y][x * step + c], with step in elements; nullptr: a row of zeros.
struct DepthwiseTap {
  const std::int16_t* const* rows = nullptr;
  std::int64_t skip = 0;  // elements from the row's first column to the tap's
};
// Depthwise mode: sums[p][c] = sum over taps r of window[p][r][c] * tile[r][c], where tap r of
// pixel p = (y, x) is taps[r].rows[y][taps[r].skip + x * step + c]. Rows hold whole column blocks.
void depthwise_sums(const WeightTile& tile, const DepthwiseTap* taps, std::int64_t height,
                    std::int64_t width, std::int64_t step, std::int32_t* sums);

// acc = wrap_to_acc_bits(clear ? sum : acc + sum) on [pixels][cols] accumulators, sums as above.
// overflow[p][c], unless nullptr, becomes 1 where the exact result does not fit acc_bits, else 0.
// Returns how many do not fit.
std::int64_t accumulate(std::int32_t* acc, const std::int32_t* sums, std::uint8_t* overflow,
                        int pixels, int cols, int acc_bits, bool clear);

}  // namespace vernier::cycle
