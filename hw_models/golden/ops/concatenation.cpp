#include "hw_models/golden/kernel.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void golden_concatenation(const OpContext&) { check(false, "CONCATENATION has no kernel yet"); }

}  // namespace vernier::golden
