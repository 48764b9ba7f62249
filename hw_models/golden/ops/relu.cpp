// RELU: y = clamp(MBQM(x - zx) + zo, q(0), qmax), numerics.md 2.5.
#include "hw_models/golden/codes.h"

namespace vernier::golden {

void golden_relu(const OpContext& c) { apply_unary(c); }

}  // namespace vernier::golden
