// Operands as bytes, for kernels that take several types.
#pragma once

#include <cstdint>

#include "hw_models/golden/golden.h"

namespace vernier::golden {

// The bytes of operand i, of any type, from the model file if it is a constant.
const std::uint8_t* operand_bytes(const OpContext& c, std::size_t i);

// The byte that holds a code of int8 or uint8.
inline std::uint8_t code_byte(std::int64_t code) { return static_cast<std::uint8_t>(code); }

// y[i] = table[x[i]]: the kernel of every unary operator, unary_table.h.
void apply_unary(const OpContext& c);

}  // namespace vernier::golden
