#include "hw_models/golden/kernel.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void golden_transpose(const OpContext&) { check(false, "TRANSPOSE has no kernel yet"); }

}  // namespace vernier::golden
