#include "hw_models/golden/kernel.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void golden_mul(const OpContext&) { check(false, "MUL has no kernel yet"); }

}  // namespace vernier::golden
