// Whether the fixed-point arithmetic of an operator stays in range.
#pragma once

#include "compiler/import/op_reader.h"

namespace vernier {

// The exponent of the quantized multiplier (numerics.md 2.1), or 32 for anything of 2^31 and above.
int multiplier_shift(double real);

// The greatest |code - zero point| of an 8-bit tensor.
std::int64_t reach(const TensorInfo& tensor);

// A real multiplier whose quantized exponent the requantizer must take (shift -31..30, ISA),
// applied to values of magnitude up to `largest`: for a left shift s, largest * 2^s must stay below
// 2^31. Multipliers under about 2^-32 flush to zero, which is legal. Throws TflMultiplier.
void require_multiplier(const OpReader& op, double real, std::int64_t largest,
                        const std::string& what);

// How a constant's elements belong to output channels.
enum class ChannelOrder {
  kFirst,  // [channels][taps]: CONV_2D, FULLY_CONNECTED
  kLast,   // [taps][channels]: DEPTHWISE_CONV_2D
};

// For every output channel, over all inputs and all orders of summation:
//   sum(max((w - zw) * (x - zx), 0)) + max(bias, 0) <= 2^31 - 1, and likewise the negative side,
// and the channel's multiplier is in range for the largest sum. Models for which it is not are
// refused, so that no machine ever has to wrap. `product_f32`: the scales are multiplied in float32
// (uint8, and FULLY_CONNECTED per tensor, numerics.md 2.4). Throws TflAccumulator, TflMultiplier.
void require_accumulators(const OpReader& op, const TensorInfo& input, const TensorInfo& weights,
                          const TensorInfo* bias, const TensorInfo& output, int channels,
                          ChannelOrder order, bool product_f32);

}  // namespace vernier
