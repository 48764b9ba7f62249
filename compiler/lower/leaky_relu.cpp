#include "compiler/lower/elementwise.h"

namespace vernier::compiler {

void lower_leaky_relu(LowerContext& c) { lower_table(c); }

}  // namespace vernier::compiler
