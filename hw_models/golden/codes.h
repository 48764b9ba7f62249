// Operands of 8-bit kernels that take int8 and uint8 alike: a code is a byte and its tensor's type.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/golden/golden.h"

namespace vernier::golden {

// The bytes of operand i, from the model file if it is a constant.
const std::uint8_t* operand_bytes(const OpContext& c, std::size_t i);

// The codes of operand i less its zero point. Types int8 and uint8.
std::vector<std::int16_t> centred_codes(const OpContext& c, std::size_t i);

// The byte that holds a code of either type.
inline std::uint8_t code_byte(std::int64_t code) { return static_cast<std::uint8_t>(code); }

// y[i] = table[x[i]]: the kernel of every unary operator, unary_table.h.
void apply_unary(const OpContext& c);

}  // namespace vernier::golden
