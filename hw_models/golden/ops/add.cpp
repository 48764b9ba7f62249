// ADD: both operands on a common scale with 20 bits more, added, requantized (AddStage).
#include "hw_models/golden/kernel.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void golden_add(const OpContext& c) {
  const std::int64_t count = element_count(c.out_info().shape);
  check(element_count(c.in_info(0).shape) == count && element_count(c.in_info(1).shape) == count,
        "an ADD of equal shapes");
  const std::int8_t* a = codes(c, 0);
  const std::int8_t* b = codes(c, 1);
  const AddStage add(c);
  std::int8_t* y = c.out().i8();
  for (std::int64_t i = 0; i < count; ++i) y[i] = add.stages(a[i], b[i]).clamp;
}

}  // namespace vernier::golden
