// HARD_SWISH: x * relu6(x + 3) / 6 on 16-bit lanes, numerics.md 2.5.
#include "hw_models/golden/codes.h"

namespace vernier::golden {

void golden_hard_swish(const OpContext& c) { apply_unary(c); }

}  // namespace vernier::golden
