#include "hw_models/golden/codes.h"

#include "hw_models/spec/error.h"
#include "hw_models/spec/unary_table.h"

namespace vernier::golden {

const std::uint8_t* operand_bytes(const OpContext& c, std::size_t i) {
  const TensorInfo& info = c.in_info(i);
  return info.is_constant ? info.data.data() : c.in(i).bytes.data();
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
