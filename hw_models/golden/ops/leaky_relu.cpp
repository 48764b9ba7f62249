// LEAKY_RELU: y = MBQM(x - zx) + zo, below zero by the slope's multiplier, numerics.md 2.5.
#include "hw_models/golden/codes.h"

namespace vernier::golden {

void golden_leaky_relu(const OpContext& c) { apply_unary(c); }

}  // namespace vernier::golden
