#include "compiler/lower/view.h"

namespace vernier::compiler {

void lower_reshape(LowerContext& c) { lower_view(c, 0); }

}  // namespace vernier::compiler
