#include "hw_models/cycle/array.h"

#include <algorithm>

#include "hw_models/cycle/clones.h"

namespace vernier::cycle {
namespace {

// Vectors whose sums stay in registers while a weight row passes.
constexpr int kVectors = 4;

}  // namespace

VERNIER_CLONES
void array_sums(const WeightTile& tile, const std::int16_t* ifmap, int stride, int pixels,
                std::int32_t* sums) {
  const int padded = padded_columns(tile.cols);
  for (int p = 0; p < pixels; p += kVectors) {
    // The last block's missing vectors repeat its last one.
    const std::int16_t* a[kVectors];
    for (int v = 0; v < kVectors; ++v) a[v] = ifmap + std::min(p + v, pixels - 1) * stride;
    for (int c0 = 0; c0 < padded; c0 += kColumnBlock) {
      std::int32_t s[kVectors][kColumnBlock] = {};
      const std::int32_t* w = tile.wide.data() + c0;
      for (int r = 0; r < tile.rows; ++r, w += padded) {
        for (int v = 0; v < kVectors; ++v) {
          const std::int32_t x = a[v][r];
          for (int c = 0; c < kColumnBlock; ++c) s[v][c] += x * w[c];
        }
      }
      for (int v = 0; v < std::min(kVectors, pixels - p); ++v) {
        std::copy_n(s[v], kColumnBlock, sums + (p + v) * padded + c0);
      }
    }
  }
}

VERNIER_CLONES
void depthwise_sums(const WeightTile& tile, const DepthwiseTap* taps, std::int64_t height,
                    std::int64_t width, std::int64_t step, std::int32_t* sums) {
  const int padded = padded_columns(tile.cols);
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      for (int c0 = 0; c0 < padded; c0 += kColumnBlock, sums += kColumnBlock) {
        std::int32_t s[kColumnBlock] = {};
        for (int r = 0; r < tile.rows; ++r) {
          const std::int16_t* row = taps[r].rows[y];
          if (row == nullptr) continue;
          const std::int16_t* a = row + taps[r].skip + x * step + c0;
          const std::int32_t* w = tile.wide.data() + r * padded + c0;
          for (int c = 0; c < kColumnBlock; ++c) s[c] += a[c] * w[c];
        }
        std::copy_n(s, kColumnBlock, sums);
      }
    }
  }
}

VERNIER_CLONES
std::int64_t accumulate(std::int32_t* acc, const std::int32_t* sums, std::uint8_t* overflow,
                        int pixels, int cols, int acc_bits, bool clear) {
  // A sum has at most 64 products of 9 by 9 bits. So with fewer than 32 bits the exact total fits
  // 32, and with 32 it does unless both have one sign and the total the other.
  const int unused = 32 - acc_bits;
  const std::uint32_t keep = clear ? 0 : ~std::uint32_t{0};
  const int padded = padded_columns(cols);
  std::int64_t count = 0;
  for (int p = 0; p < pixels; ++p, acc += cols, sums += padded) {
    std::int32_t wrapped = 0;
    for (int c = 0; c < cols; ++c) {
      const std::uint32_t base = static_cast<std::uint32_t>(acc[c]) & keep;
      const auto sum = static_cast<std::uint32_t>(sums[c]);
      const std::uint32_t total = base + sum;
      const auto kept = static_cast<std::int32_t>(total << unused) >> unused;
      const std::uint32_t carry = ((base ^ total) & (sum ^ total)) >> 31;
      const std::int32_t misfit = unused == 0 ? static_cast<std::int32_t>(carry)
                                              : static_cast<std::uint32_t>(kept) != total;
      acc[c] = kept;
      wrapped += misfit;
      if (overflow != nullptr) overflow[p * cols + c] = static_cast<std::uint8_t>(misfit);
    }
    count += wrapped;
  }
  return count;
}

}  // namespace vernier::cycle
