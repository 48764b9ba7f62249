// SUB of operands that broadcast, as ADD with the second operand taken away (numerics.md 2.5), k =
// 20:
//   u = MBQM((x1 - z1) << k, a) - MBQM((x2 - z2) << k, b); y = clampA(MBQM(u, out) + zo)
#include "hw_models/golden/pairwise.h"
#include "hw_models/spec/rescale_multipliers.h"

namespace vernier::golden {

void golden_sub(const OpContext& c) {
  const AddMultipliers m = sub_multipliers(c.graph, c.op);
  const auto aligned = [&m, rounding = c.rounding()](std::int32_t x, Multiplier by) {
    return multiply_by_quantized_multiplier(wrap_shift_left(x, m.left_shift), by, rounding);
  };
  combine_pairs(c, m.out,
                [&](std::int32_t a, std::int32_t b) { return aligned(a, m.a) - aligned(b, m.b); });
}

}  // namespace vernier::golden
