// LOGISTIC: TFLM in fixed point, LiteRT in float, numerics.md 2.5.
#include "hw_models/golden/codes.h"

namespace vernier::golden {

void golden_logistic(const OpContext& c) { apply_unary(c); }

}  // namespace vernier::golden
