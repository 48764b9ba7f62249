#include "compiler/lower/lower.h"

namespace vernier::compiler {

void lower_resize_nearest(LowerContext& c) { c.refuse("is not lowered"); }

}  // namespace vernier::compiler
