#include "compiler/lower/pool.h"

namespace vernier::compiler {

void lower_max_pool(LowerContext& c) { lower_pool(c, false); }

}  // namespace vernier::compiler
