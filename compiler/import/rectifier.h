// What RELU and RELU6 share.
#pragma once

#include "compiler/import/op_reader.h"

namespace vernier {

// y = clampA(MBQM(x - zx, f32(si / so)) + zo), of the same shape.
void import_rectifier(OpReader& op, Activation activation);

}  // namespace vernier
