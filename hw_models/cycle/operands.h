// Bytes of a memory as the array's operands: codes, signed or 0..255, freed of their zero point.
#pragma once

#include <cstdint>

namespace vernier::cycle {

// operand = (byte ^ flip) - subtract, 9 bits signed: flipping the sign bit turns a signed code into
// code + 128.
struct OperandCodes {
  std::uint8_t flip = 0;
  std::int16_t subtract = 0;

  OperandCodes(bool is_unsigned, std::int64_t zero_point)
      : flip(is_unsigned ? 0 : 0x80),
        subtract(static_cast<std::int16_t>((is_unsigned ? 0 : 0x80) + zero_point)) {}
  std::int16_t operator()(std::uint8_t byte) const {
    return static_cast<std::int16_t>((byte ^ flip) - subtract);
  }
};

}  // namespace vernier::cycle
