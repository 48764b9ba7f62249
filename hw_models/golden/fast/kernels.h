// The seam between the fast path's planning and its arithmetic: one table of functions for each
// instruction set. Everything here is plain data, and the files that fill a table include no header
// with inline functions of linkage: what they are compiled with must not reach the program.
#pragma once

#include <cstdint>

namespace vernier::golden::fast {

// A table for int8 dot products sums `group` products in each of `lanes` 32-bit sums per step.
//   avx512-vnni: 16 lanes x 4 products, operands of 8 bits: u8 = (x - zx) + offset, s8 weights
//   avx2, portable: 8 lanes x 2 products, operands and weights of 16 bits, x - zx itself
// All sums are modulo 2^32.

enum class Scaling : std::uint8_t { kDouble, kDoubleUp, kSingle, kFloat };  // D, U, S, E

// From sums to codes, numerics.md 2.2 and 2.5: y = clamp(scale(sum + bias) + zero_point). Arrays
// are over channels and filled with zeros to a multiple of kMostLanes.
constexpr int kMostLanes = 16;
struct Requantizer {
  Scaling scaling;
  const std::int32_t* bias;
  const std::int32_t* mantissa;  // >= 0
  const std::int32_t* left;      // max(s, 0)
  const std::int32_t* right;     // max(-s, 0)
  const float* scale;            // kFloat alone
  int zero_point, lo, hi;
};

// Output pixels whose operands are evenly spaced: one row of an image, or all of a 1x1 convolution.
// Offsets and strides are in operands. A pixel's operands are `segment_count` runs of steps * group
// consecutive ones; what a run reads beyond the filter meets weights of 0.
struct ConvRow {
  const void* x;  // of the first pixel
  std::int64_t pixel_stride;
  const std::int64_t* segments;  // offset of each run from the pixel's x
  int segment_count, steps;
  const void* w;  // [panel of `lanes` channels][segment][step][lane][group]
  int channels;
  const Requantizer* out;
  std::uint8_t* y;  // [pixels][channels]
  std::int64_t pixels;
};

// One row of a depthwise convolution over operands interleaved by `interleave`: `group` rows of the
// filter at once. Offsets and strides are in operands.
struct DepthwiseRow {
  const void* x;  // of the first pixel, first block of `lanes` channels
  std::int64_t pixel_stride;
  const std::int64_t* taps;  // offset of each tap from the pixel's x
  int tap_count;
  const void* w;  // [block][tap][lane][group]
  int channels;
  const Requantizer* out;
  std::uint8_t* y;
  std::int64_t pixels;
};

// One operand of an ADD: (x - zero) << 20, times (mantissa, -right) by D.
struct AddOperand {
  const std::uint8_t* codes;
  int zero;
  std::int32_t mantissa;
  int right;
};
struct AddTask {
  AddOperand a, b;
  bool is_signed;  // int8, else uint8
  std::int32_t mantissa;
  int left, right;  // of the sum
  int zero_point, lo, hi;
  std::uint8_t* y;
  std::int64_t count;
};

struct KernelTable {
  int lanes, group, operand_bytes;
  // Codes to operands: for operands of 8 bits code + 128 of int8 and the code of uint8, for
  // operands of 16 bits code - zero_point.
  void (*widen)(const std::uint8_t* codes, std::int64_t count, bool is_signed, int zero_point,
                void* to);
  // to[i * group + r] = rows[r][i] for i below `count`, a multiple of `lanes`.
  void (*interleave)(const void* const* rows, std::int64_t count, void* to);
  void (*conv)(const ConvRow& row);
  void (*depthwise)(const DepthwiseRow& row);
  void (*add)(const AddTask& task);
};

const KernelTable& portable_kernels();
#if defined(__x86_64__)
// Only on a processor that has them.
const KernelTable& avx2_kernels();
const KernelTable& avx512_vnni_kernels();
#endif

}  // namespace vernier::golden::fast
