#include "compiler/lower/elementwise.h"

namespace vernier::compiler {

void lower_hard_swish(LowerContext& c) { lower_table(c); }

}  // namespace vernier::compiler
