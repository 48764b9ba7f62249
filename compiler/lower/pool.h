// What both pools lower to.
#pragma once

#include "compiler/lower/lower.h"

namespace vernier::compiler {

void lower_pool(LowerContext& c, bool average);

}  // namespace vernier::compiler
