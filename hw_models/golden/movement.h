// Kernels that only move elements, of any type.
#pragma once

#include "hw_models/golden/golden.h"
#include "hw_models/golden/strided_walk.h"

namespace vernier::golden {

// The output in order, from where the walk is in the input.
void gather(const OpContext& c, StridedWalk walk);

// Operand `operand` in order, to where the walk is in the output.
void scatter(const OpContext& c, std::size_t operand, StridedWalk walk);

}  // namespace vernier::golden
