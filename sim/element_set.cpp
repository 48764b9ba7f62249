#include "sim/element_set.h"

#include <algorithm>

namespace vernier {

ElementSet::ElementSet(std::int64_t size)
    : size_(size), words_(static_cast<std::size_t>((size + 63) / 64)) {}

bool ElementSet::add(std::int64_t first, std::int64_t n) {
  bool fresh = true;
  count_ += n;
  while (n > 0) {
    const std::int64_t bit = first % 64, run = std::min(n, 64 - bit);
    const std::uint64_t ones = run == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << run) - 1;
    auto& word = words_[static_cast<std::size_t>(first / 64)];
    fresh = fresh && (word & ones << bit) == 0;
    word |= ones << bit;
    first += run;
    n -= run;
  }
  return fresh;
}

bool ElementSet::has(std::int64_t element) const {
  return (words_[static_cast<std::size_t>(element / 64)] >> (element % 64) & 1) != 0;
}

std::int64_t ElementSet::first_missing() const {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (words_[i] == ~std::uint64_t{0}) continue;
    auto at = static_cast<std::int64_t>(i) * 64;
    while (at < size_ && has(at)) ++at;
    return at;
  }
  return size_;
}

}  // namespace vernier
