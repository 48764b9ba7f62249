#include "compiler/import/op_reader.h"

namespace vernier {

void import_dequantize(OpReader& op) { op.fail(ErrorId::TflOperator, "is not read yet"); }

}  // namespace vernier
