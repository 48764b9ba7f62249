#include "hw_models/golden/kernel.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void golden_hard_swish(const OpContext&) { check(false, "HARD_SWISH has no kernel yet"); }

}  // namespace vernier::golden
