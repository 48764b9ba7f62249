#include "hw_models/golden/movement.h"

#include <algorithm>

#include "hw_models/golden/codes.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void gather(const OpContext& c, StridedWalk walk) {
  check(c.in_info(0).dtype == c.out_info().dtype, "a movement that keeps the type");
  const std::int64_t size = dtype_bytes(c.out_info().dtype);
  const std::uint8_t* from = operand_bytes(c, 0);
  std::vector<std::uint8_t>& y = c.out().bytes;
  const std::int64_t run = walk.run() * size;
  const auto bytes = static_cast<std::int64_t>(y.size());
  for (std::int64_t to = 0; to < bytes; to += run, walk.next()) {
    std::copy_n(from + walk.offset() * size, run, y.begin() + to);
  }
}

void scatter(const OpContext& c, std::size_t operand, StridedWalk walk) {
  check(c.in_info(operand).dtype == c.out_info().dtype, "a movement that keeps the type");
  const std::int64_t size = dtype_bytes(c.out_info().dtype);
  const std::uint8_t* x = operand_bytes(c, operand);
  std::vector<std::uint8_t>& y = c.out().bytes;
  const std::int64_t run = walk.run() * size;
  const std::int64_t bytes = element_count(c.in_info(operand).shape) * size;
  for (std::int64_t from = 0; from < bytes; from += run, walk.next()) {
    std::copy_n(x + from, run, y.begin() + walk.offset() * size);
  }
}

}  // namespace vernier::golden
