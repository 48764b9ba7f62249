// float32 on either side of a graph of 8-bit codes: QUANTIZE at its inputs, DEQUANTIZE at its
// outputs, numerics.md 2.5.
#pragma once

#include <cstdint>

#include "hw_models/spec/graph.h"

namespace vernier {

// The byte of clamp(int32(round_half_away(f32(value / scale))) + zero point) in the type of
// `codes`, int8 or uint8. A quotient outside int32 and NaN convert to -2^31, and the zero point is
// added modulo 2^32: what both references do on x86-64.
std::uint8_t quantize_float(float value, const TensorInfo& codes);

// f32(scale * (code - zero point)) of a byte of `codes`.
float dequantize_code(std::uint8_t byte, const TensorInfo& codes);

}  // namespace vernier
