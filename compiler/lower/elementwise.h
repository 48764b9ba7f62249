// Operators whose output elements each come from one element of every operand.
#pragma once

#include "compiler/lower/lower.h"
#include "hw_models/spec/multipliers.h"

namespace vernier::compiler {

// Input 0 as operand A, in whatever rows it lies; the output gets the same rows.
void set_unary(LowerContext& c, VectorPlan::Kind kind);
// Both inputs as operands. A is the one of the output's shape, B may be a pixel of channels or a
// single element of it. Refuses other broadcasts. Returns whether A is input 1.
bool set_pair(LowerContext& c, VectorPlan::Kind kind);
// The operator as a table of 256 codes, unary_table.
void lower_table(LowerContext& c);
// The layer's PostScale from the three multipliers of ADD or SUB; `swapped` as set_pair returns it.
void set_sum(LowerContext& c, const AddMultipliers& m, bool swapped);

}  // namespace vernier::compiler
