#include "compiler/import/op_reader.h"

namespace vernier {

void import_mean(OpReader& op) { op.fail(ErrorId::TflOperator, "is not read yet"); }

}  // namespace vernier
