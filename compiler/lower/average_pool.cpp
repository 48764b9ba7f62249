#include "compiler/lower/pool.h"

namespace vernier::compiler {

void lower_average_pool(LowerContext& c) { lower_pool(c, true); }

}  // namespace vernier::compiler
