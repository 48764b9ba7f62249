#include "compiler/lower/elementwise.h"

namespace vernier::compiler {

void lower_relu6(LowerContext& c) { lower_table(c); }

}  // namespace vernier::compiler
