#include "compiler/lower/lower.h"

namespace vernier::compiler {

void lower_depthwise_conv(LowerContext& c) { c.refuse("the accelerator has no depthwise mode"); }

}  // namespace vernier::compiler
