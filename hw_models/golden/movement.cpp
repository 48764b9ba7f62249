#include "hw_models/golden/movement.h"

#include <cstring>

#include "hw_models/golden/codes.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void gather(const OpContext& c, StridedWalk walk) {
  check(c.in_info(0).dtype == c.out_info().dtype, "a movement that keeps the type");
  const auto size = static_cast<std::size_t>(dtype_bytes(c.out_info().dtype));
  const std::uint8_t* from = operand_bytes(c, 0);
  std::uint8_t* to = c.out().bytes.data();
  const std::int64_t count = element_count(c.out_info().shape);
  for (std::int64_t i = 0; i < count; ++i, walk.next(), to += size) {
    std::memcpy(to, from + walk.offset() * static_cast<std::int64_t>(size), size);
  }
}

void scatter(const OpContext& c, std::size_t operand, StridedWalk walk) {
  check(c.in_info(operand).dtype == c.out_info().dtype, "a movement that keeps the type");
  const auto size = static_cast<std::size_t>(dtype_bytes(c.out_info().dtype));
  const std::uint8_t* from = operand_bytes(c, operand);
  std::uint8_t* to = c.out().bytes.data();
  const std::int64_t count = element_count(c.in_info(operand).shape);
  for (std::int64_t i = 0; i < count; ++i, walk.next(), from += size) {
    std::memcpy(to + walk.offset() * static_cast<std::int64_t>(size), from, size);
  }
}

}  // namespace vernier::golden
