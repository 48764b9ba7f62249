#include "hw_models/golden/kernel.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void golden_dequantize(const OpContext&) { check(false, "DEQUANTIZE has no kernel yet"); }

}  // namespace vernier::golden
