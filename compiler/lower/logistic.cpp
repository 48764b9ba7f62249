#include "compiler/lower/elementwise.h"

namespace vernier::compiler {

void lower_logistic(LowerContext& c) { lower_table(c); }

}  // namespace vernier::compiler
