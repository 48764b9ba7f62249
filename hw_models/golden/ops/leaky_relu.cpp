#include "hw_models/golden/kernel.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void golden_leaky_relu(const OpContext&) { check(false, "LEAKY_RELU has no kernel yet"); }

}  // namespace vernier::golden
