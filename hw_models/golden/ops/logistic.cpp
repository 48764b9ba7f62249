#include "hw_models/golden/kernel.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void golden_logistic(const OpContext&) { check(false, "LOGISTIC has no kernel yet"); }

}  // namespace vernier::golden
