#include "hw_models/golden/codes.h"

#include "hw_models/spec/error.h"
#include "hw_models/spec/unary_table.h"

namespace vernier::golden {

const std::uint8_t* operand_bytes(const OpContext& c, std::size_t i) {
  const TensorInfo& info = c.in_info(i);
  return info.is_constant ? info.data.data() : c.in(i).bytes.data();
}

std::vector<std::int16_t> centred_codes(const OpContext& c, std::size_t i) {
  const TensorInfo& info = c.in_info(i);
  check(info.dtype == DType::kInt8 || info.dtype == DType::kUint8, "an operand of 8-bit codes");
  const std::uint8_t* bytes = operand_bytes(c, i);
  const int zero = info.quant.zero_point[0];
  std::vector<std::int16_t> centred(static_cast<std::size_t>(element_count(info.shape)));
  for (std::size_t e = 0; e < centred.size(); ++e) {
    const int code = info.dtype == DType::kInt8 ? static_cast<std::int8_t>(bytes[e]) : bytes[e];
    centred[e] = static_cast<std::int16_t>(code - zero);
  }
  return centred;
}

void apply_unary(const OpContext& c) {
  const UnaryTable table = unary_table(c.graph, c.op);
  const std::uint8_t* x = operand_bytes(c, 0);
  std::vector<std::uint8_t>& y = c.out().bytes;
  check(element_count(c.in_info(0).shape) == static_cast<std::int64_t>(y.size()),
        "a unary operator that keeps the element count");
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = table[x[i]];
}

}  // namespace vernier::golden
