// ADD of operands that broadcast to the output's shape, either of them from the model file
// (AddStage).
#include "hw_models/golden/add_stage.h"
#include "hw_models/golden/broadcast.h"
#include "hw_models/golden/kernel.h"

namespace vernier::golden {

void golden_add(const OpContext& c) {
  const Codes a(c, 0), b(c, 1);
  const Broadcast at_a(c.in_info(0).shape, c.out_info().shape);
  const Broadcast at_b(c.in_info(1).shape, c.out_info().shape);
  const AddStage add(c);
  std::int64_t i = 0;
  for (std::uint8_t& y : c.out().bytes) {
    y = static_cast<std::uint8_t>(add.stages(a[at_a(i)], b[at_b(i)]).clamp);
    ++i;
  }
}

}  // namespace vernier::golden
