#include "compiler/import/sigmoid.h"

namespace vernier {

void import_logistic(OpReader& op) { import_sigmoid(op, 256, -128); }

}  // namespace vernier
