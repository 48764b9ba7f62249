#include "hw_models/golden/fast/operand_image.h"

#include <cstring>

#include "hw_models/golden/fast/weights.h"

namespace vernier::golden::fast {

OperandImage::OperandImage(const OpContext& c, int times, const KernelTable& table)
    : table_(table),
      in_(c.in_info(0).shape),
      top_(c.op.attrs.pad_top),
      left_(c.op.attrs.pad_left),
      times_(times),
      is_signed_(c.in_info(0).dtype == DType::kInt8),
      zero_point_(c.in_info(0).quant.zero_point[0]),
      pad_operand_(operand_offset(c.in_info(0), table)) {
  height = in_.h + top_ + c.op.attrs.pad_bottom;
  width = in_.w + left_ + c.op.attrs.pad_right;
  channels = in_.c * times;
}

std::int64_t OperandImage::bytes() const {
  constexpr std::int64_t kBeyond = 64;
  return height * row_size() * table_.operand_bytes + kBeyond;
}

void OperandImage::pad(std::uint8_t* to, std::int64_t operands) const {
  // Operands of 16 bits are centred: padding is 0 in both bytes.
  std::memset(to, pad_operand_, static_cast<std::size_t>(operands * table_.operand_bytes));
}

void OperandImage::fill_row(const std::uint8_t* codes, std::uint8_t* to) const {
  const std::int64_t count = std::int64_t{in_.w} * in_.c;
  table_.widen(codes, count, is_signed_, zero_point_, to);
  if (times_ == 1) return;
  // From the back, so that no operand is overwritten before its turn.
  const int size = table_.operand_bytes;
  for (std::int64_t i = count - 1; i >= 0; --i) {
    std::uint8_t operand[2];
    std::memcpy(operand, to + i * size, static_cast<std::size_t>(size));
    for (int t = 0; t < times_; ++t) {
      std::memcpy(to + (i * times_ + t) * size, operand, static_cast<std::size_t>(size));
    }
  }
}

void OperandImage::fill(const std::uint8_t* codes, int n, std::uint8_t* to) const {
  const std::int64_t from_row = std::int64_t{in_.w} * in_.c;
  codes += n * in_.h * from_row;
  const int size = table_.operand_bytes;
  if (width == in_.w && height == in_.h && times_ == 1) {
    table_.widen(codes, in_.h * from_row, is_signed_, zero_point_, to);
    return;
  }
  const std::int64_t left = std::int64_t{left_} * channels;
  const std::int64_t right = row_size() - left - from_row * times_;
  pad(to, top_ * row_size());
  to += top_ * row_size() * size;
  for (int y = 0; y < in_.h; ++y, codes += from_row, to += row_size() * size) {
    pad(to, left);
    fill_row(codes, to + left * size);
    pad(to + (row_size() - right) * size, right);
  }
  pad(to, (height - top_ - in_.h) * row_size());
}

}  // namespace vernier::golden::fast
