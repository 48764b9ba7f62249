#include "hw_models/golden/kernel.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void golden_strided_slice(const OpContext&) { check(false, "STRIDED_SLICE has no kernel yet"); }

}  // namespace vernier::golden
