// RELU6: TFLM clamps the input's codes, LiteRT rescales and clamps, numerics.md 2.4.
#include "hw_models/golden/codes.h"

namespace vernier::golden {

void golden_relu6(const OpContext& c) { apply_unary(c); }

}  // namespace vernier::golden
