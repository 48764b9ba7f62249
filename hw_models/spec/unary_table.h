// The table of an operator that maps each 8-bit code by itself: what golden looks up and what the
// compiler puts into a table of the accelerator.
#pragma once

#include <array>
#include <cstdint>

#include "hw_models/spec/graph.h"

namespace vernier {

using UnaryTable = std::array<std::uint8_t, 256>;

// Whether unary_table takes the op: RELU, RELU6, LEAKY_RELU, LOGISTIC, TANH, HARD_SWISH or QUANTIZE
// of int8 or uint8 to int8 or uint8.
bool is_unary(const Graph& graph, const Op& op);

// Output byte of every input byte, numerics.md 2.4 to 2.6, as op.profile has it. Index and entry
// are raw bytes: code -1 of an int8 tensor is 255. Precondition: is_unary.
UnaryTable unary_table(const Graph& graph, const Op& op);

}  // namespace vernier
