// Weights in the order in which the kernels read them.
#pragma once

#include <vector>

#include "hw_models/golden/fast/aligned.h"
#include "hw_models/golden/fast/kernels.h"
#include "hw_models/golden/fast/stage.h"

namespace vernier::golden::fast {

// Weights less their zero point have up to 9 bits. Where an operand has 8, such a weight is a sum
// of weights that fit: the kernel goes over the same activations once with each part.
class Weights {
 public:
  // `centred`: codes less their zero point, -255..255, in the model file's order.
  Weights(std::vector<std::int16_t> centred, const KernelTable& table);
  // 1 where no weight is split, 2, or 3 where one is 255.
  int parts() const { return static_cast<int>(parts_.size()); }
  // Part `p` of every weight.
  const std::int16_t* part(int p) const { return parts_[static_cast<std::size_t>(p)].data(); }

 private:
  std::vector<std::vector<std::int16_t>> parts_;
};

// Operands for a table, all 0 at first.
class Packed {
 public:
  Packed() = default;
  Packed(std::int64_t count, const KernelTable& table);
  // Weights to the operands from `at` on.
  void put(std::int64_t at, const std::int16_t* weights, std::int64_t count);
  const void* data() const { return bytes_.data(); }

 private:
  AlignedVector<std::uint8_t> bytes_;
  bool wide_ = false;
};

// What an operand of 8 bits is above x - zx; 0 for a table that centres its operands.
int operand_offset(const TensorInfo& x, const KernelTable& table);

}  // namespace vernier::golden::fast
