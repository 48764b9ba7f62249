#include "compiler/lower/lower.h"

namespace vernier::compiler {

void lower_strided_slice(LowerContext& c) { c.refuse("is not lowered"); }

}  // namespace vernier::compiler
