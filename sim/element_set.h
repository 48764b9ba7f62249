// Which elements of a tensor have been seen: a bit each, added in runs.
#pragma once

#include <cstdint>
#include <vector>

namespace vernier {

class ElementSet {
 public:
  // Of elements 0 .. size-1; none is in it.
  explicit ElementSet(std::int64_t size = 0);

  // Adds elements first .. first+n-1, n >= 1; false when one of them was in it already.
  bool add(std::int64_t first, std::int64_t n);
  bool has(std::int64_t element) const;
  std::int64_t size() const { return size_; }
  std::int64_t count() const { return count_; }
  // The least element that is not in it; size() when all are.
  std::int64_t first_missing() const;

 private:
  std::int64_t size_, count_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace vernier
