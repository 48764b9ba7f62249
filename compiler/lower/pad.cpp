#include "compiler/lower/lower.h"

namespace vernier::compiler {

void lower_pad(LowerContext& c) { c.refuse("is not lowered"); }

}  // namespace vernier::compiler
