// Kernels that only move elements, of any type.
#pragma once

#include "hw_models/golden/golden.h"
#include "hw_models/golden/strided_walk.h"

namespace vernier::golden {

// Output element by output element, the input element at the walk's offset.
void gather(const OpContext& c, StridedWalk walk);

// Input element by input element, to the output element at the walk's offset.
void scatter(const OpContext& c, std::size_t operand, StridedWalk walk);

}  // namespace vernier::golden
