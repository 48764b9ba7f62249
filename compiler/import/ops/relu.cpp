#include "compiler/import/rectifier.h"

namespace vernier {

void import_relu(OpReader& op) { import_rectifier(op, Activation::kRelu); }

}  // namespace vernier
