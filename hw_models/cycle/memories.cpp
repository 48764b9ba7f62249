#include "hw_models/cycle/memories.h"

#include <algorithm>
#include <cstring>

namespace vernier::cycle {

void ActMemory::reset(const HwConfig& config) {
  bank_bytes_ = config.act_bank_bytes();
  banks_ = config.act_mem_banks;
  bank_shift_ = 0;
  while ((std::int64_t{1} << bank_shift_) < banks_) ++bank_shift_;
  bytes_.assign(static_cast<std::size_t>(bank_bytes_ * banks_), 0);
  written_.assign(bytes_.size(), 0);
}

const std::uint8_t* ActMemory::read(const RowAddress& a, std::int64_t skip, std::int64_t n) const {
  if (!inside(a, skip, n)) return nullptr;
  const auto at = static_cast<std::size_t>(a.bank * bank_bytes_ + a.offset + skip);
  if (std::memchr(written_.data() + at, 0, static_cast<std::size_t>(n)) != nullptr) return nullptr;
  return bytes_.data() + at;
}

bool ActMemory::write(const RowAddress& a, std::int64_t skip, const std::uint8_t* bytes,
                      std::int64_t n) {
  if (!inside(a, skip, n)) return false;
  const auto at = static_cast<std::size_t>(a.bank * bank_bytes_ + a.offset + skip);
  std::copy_n(bytes, n, bytes_.begin() + static_cast<std::ptrdiff_t>(at));
  std::fill_n(written_.begin() + static_cast<std::ptrdiff_t>(at), n, std::uint8_t{1});
  return true;
}

void WeightMemory::reset(const HwConfig& config) {
  words_ = config.weight_words();
  cols_ = config.array_cols;
  bytes_.assign(static_cast<std::size_t>(words_ * cols_), 0);
  written_.assign(static_cast<std::size_t>(words_), 0);
}

bool WeightMemory::write(std::int64_t word, const std::uint8_t* bytes, std::int64_t words) {
  if (word < 0 || words < 0 || word + words > words_) return false;
  std::copy_n(bytes, words * cols_, bytes_.begin() + static_cast<std::ptrdiff_t>(word * cols_));
  std::fill_n(written_.begin() + static_cast<std::ptrdiff_t>(word), words, std::uint8_t{1});
  return true;
}

const std::uint8_t* WeightMemory::row(std::int64_t word) const {
  if (word < 0 || word >= words_ || written_[static_cast<std::size_t>(word)] == 0) return nullptr;
  return bytes_.data() + word * cols_;
}

void AccMemory::reset(const HwConfig& config) {
  entries_ = config.acc_mem_entries;
  buffers_ = config.acc_mem_buffers;
  cols_ = config.array_cols;
  values_.assign(static_cast<std::size_t>(entries_ * buffers_ * cols_), 0);
}

}  // namespace vernier::cycle
