// An image as the kernels read it: operands instead of codes, with its padding around it.
#pragma once

#include "hw_models/golden/fast/aligned.h"
#include "hw_models/golden/fast/kernels.h"
#include "hw_models/golden/kernel.h"

namespace vernier::golden::fast {

class OperandImage {
 public:
  // Every channel stands `times` times in a row.
  OperandImage(const OpContext& c, int times, const KernelTable& table);

  // Bytes of one image, with room for the kernels to read past its end.
  std::int64_t bytes() const;
  // Image n of the batch to `to`.
  void fill(const std::uint8_t* codes, int n, std::uint8_t* to) const;

  std::int64_t row_size() const { return std::int64_t{width} * channels; }  // in operands
  int height, width, channels;  // padding and repetition included

 private:
  void pad(std::uint8_t* to, std::int64_t operands) const;
  void fill_row(const std::uint8_t* codes, std::uint8_t* to) const;

  const KernelTable& table_;
  Images in_;
  int top_, left_, times_;
  bool is_signed_;
  int zero_point_;
  int pad_operand_;
};

}  // namespace vernier::golden::fast
