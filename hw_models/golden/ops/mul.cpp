// MUL of operands that broadcast: y = clampA(MBQM((x1 - z1) * (x2 - z2)) + zo), numerics.md 2.5.
#include "hw_models/golden/pairwise.h"
#include "hw_models/spec/rescale_multipliers.h"

namespace vernier::golden {

void golden_mul(const OpContext& c) {
  combine_pairs(c, mul_multiplier(c.graph, c.op),
                [](std::int32_t a, std::int32_t b) { return a * b; });
}

}  // namespace vernier::golden
