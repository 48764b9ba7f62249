#include "hw_models/golden/kernel.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void golden_sub(const OpContext&) { check(false, "SUB has no kernel yet"); }

}  // namespace vernier::golden
