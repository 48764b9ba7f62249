#include "hw_models/golden/fast/weights.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vernier::golden::fast {

Weights::Weights(std::vector<std::int16_t> centred, const KernelTable& table) {
  parts_.push_back(std::move(centred));
  if (table.operand_bytes == 2) return;
  const auto fits = [](int w) { return w >= INT8_MIN && w <= INT8_MAX; };
  while (!std::all_of(parts_.back().begin(), parts_.back().end(), fits)) {
    std::vector<std::int16_t>& last = parts_.back();
    std::vector<std::int16_t> over(last.size());
    for (std::size_t i = 0; i < last.size(); ++i) {
      const int within = std::clamp<int>(last[i], INT8_MIN, INT8_MAX);
      over[i] = static_cast<std::int16_t>(last[i] - within);
      last[i] = static_cast<std::int16_t>(within);
    }
    parts_.push_back(std::move(over));
  }
}

Packed::Packed(std::int64_t count, const KernelTable& table)
    : bytes_(static_cast<std::size_t>(count * table.operand_bytes)),
      wide_(table.operand_bytes == 2) {}

void Packed::put(std::int64_t at, const std::int16_t* weights, std::int64_t count) {
  if (wide_) {
    std::memcpy(bytes_.data() + 2 * at, weights, static_cast<std::size_t>(2 * count));
    return;
  }
  for (std::int64_t i = 0; i < count; ++i) {
    bytes_[static_cast<std::size_t>(at + i)] = static_cast<std::uint8_t>(weights[i]);
  }
}

int operand_offset(const TensorInfo& x, const KernelTable& table) {
  if (table.operand_bytes == 2) return 0;
  return x.quant.zero_point[0] + (x.dtype == DType::kInt8 ? 128 : 0);
}

}  // namespace vernier::golden::fast
