// Vectors that start on a cache line, as the kernels' aligned loads want them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace vernier::golden::fast {

constexpr std::size_t kAlignment = 64;

template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(std::size_t n) {
    return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{kAlignment}));
  }
  void deallocate(T* p, std::size_t) { ::operator delete(p, std::align_val_t{kAlignment}); }
  bool operator==(const AlignedAllocator&) const { return true; }
  bool operator!=(const AlignedAllocator&) const { return false; }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

// Memory that one step after the other writes anew. It grows to the largest and stays.
class Scratch {
 public:
  // At least `bytes` bytes of any content, which the next call may move.
  std::uint8_t* at_least(std::int64_t bytes) {
    if (memory_.size() < static_cast<std::size_t>(bytes)) {
      memory_.resize(static_cast<std::size_t>(bytes));
    }
    return memory_.data();
  }

 private:
  AlignedVector<std::uint8_t> memory_;
};

}  // namespace vernier::golden::fast
