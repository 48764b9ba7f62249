// The on-chip memories with their contents. Every access is checked against the memory's size, so a
// program with a wrong address stops with the instruction named instead of wrapping silently.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/spec/hw_config.h"

namespace vernier::cycle {

// Where row y of a tensor lies.
struct RowAddress {
  int bank = 0;
  std::int64_t offset = 0;  // bytes from the bank's begin
};

// pages x banks macros; a bank's pages follow each other in its offset space.
class ActMemory {
 public:
  void reset(const HwConfig& config);
  // Row y (>= 0) of a tensor whose slot 0 lies in `bank` at `base`; `ring` slots, 0: one a row.
  RowAddress row(std::int64_t base, std::int64_t bank, std::int64_t row_pitch, std::int64_t y,
                 std::int64_t ring) const {
    const std::int64_t g = bank + (ring > 0 ? y % ring : y);
    return {static_cast<int>(g & (banks_ - 1)), base + (g >> bank_shift_) * row_pitch};
  }
  // n bytes at an address; nullptr when any of them is outside, or (read) was never written.
  const std::uint8_t* read(const RowAddress& a, std::int64_t skip, std::int64_t n) const;
  bool write(const RowAddress& a, std::int64_t skip, const std::uint8_t* bytes, std::int64_t n);
  std::int64_t bank_bytes() const { return bank_bytes_; }

 private:
  bool inside(const RowAddress& a, std::int64_t skip, std::int64_t n) const {
    return a.offset + skip >= 0 && n >= 0 && a.offset + skip + n <= bank_bytes_;
  }
  std::int64_t bank_bytes_ = 0;
  std::int64_t banks_ = 1;
  int bank_shift_ = 0;
  std::vector<std::uint8_t> bytes_, written_;
};

// A read-only view of rows of `cols` weights, and the channel records and tables of POST.
class WeightMemory {
 public:
  void reset(const HwConfig& config);
  bool write(std::int64_t word, const std::uint8_t* bytes, std::int64_t words);
  // cols bytes of one row, or nullptr when outside or never written.
  const std::uint8_t* row(std::int64_t word) const;

 private:
  std::int64_t words_ = 0, cols_ = 0;
  std::vector<std::uint8_t> bytes_, written_;
};

// One output channel's parameters.
struct ParamRecord {
  std::int32_t bias = 0;
  std::int32_t multiplier = 0;  // 0..2^31-1
  std::int8_t shift = 0;        // exponent -31..30, or right-shift count of a shift_only layer
  bool written = false;
};

// buffers x entries x cols accumulators, sign-extended to 32 bits.
class AccMemory {
 public:
  void reset(const HwConfig& config);
  std::int32_t* entry(std::int64_t buffer, std::int64_t entry) {
    return values_.data() + (buffer * entries_ + entry) * cols_;
  }
  std::int64_t entries() const { return entries_; }
  std::int64_t buffers() const { return buffers_; }

 private:
  std::int64_t entries_ = 0, buffers_ = 0, cols_ = 0;
  std::vector<std::int32_t> values_;
};

}  // namespace vernier::cycle
