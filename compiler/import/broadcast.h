// What ADD, SUB and MUL share: two operands that broadcast.
#pragma once

#include "compiler/import/op_reader.h"

namespace vernier {

// Reads inputs 0 and 1, at most one of them a constant, and the output, whose shape must be the one
// that both stretch to: dimensions are aligned at the end, one that is 1 or absent is repeated.
// Throws TflConstant, TflOperandShape, TflOutputShape.
void require_broadcast(OpReader& op);

// ADD and SUB: require_broadcast, and the scales' rule. numerics.md 2.5: with t = 2 * max(s1, s2)
// the inputs are scaled by s1 / t and s2 / t, which are at most 1/2, and their sum by t / (2^20 *
// so), which must be below 1: the runtimes abort there. Throws TflMultiplier.
void import_sum(OpReader& op);

}  // namespace vernier
