#include "compiler/import/sigmoid.h"

namespace vernier {

void import_tanh(OpReader& op) { import_sigmoid(op, 128, 0); }

}  // namespace vernier
