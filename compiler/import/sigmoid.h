// What LOGISTIC and TANH share.
#pragma once

#include "compiler/import/op_reader.h"

namespace vernier {

// A function of one operand whose output has scale 1 / steps and, for int8, zero point `zero`
// (uint8: 128 more). The input, in Q4.27, is scaled by si * 2^27 (numerics.md 2.5), which must be
// an exponent that shifts left.
void import_sigmoid(OpReader& op, int steps, int zero);

}  // namespace vernier
