#include "compiler/import/rectifier.h"

namespace vernier {

void import_relu6(OpReader& op) { import_rectifier(op, Activation::kRelu6); }

}  // namespace vernier
