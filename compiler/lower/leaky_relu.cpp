#include "compiler/lower/lower.h"

namespace vernier::compiler {

void lower_leaky_relu(LowerContext& c) { c.refuse("is not lowered"); }

}  // namespace vernier::compiler
