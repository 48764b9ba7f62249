// Scales of a graph -> quantized multipliers of its operators, numerics.md 2.4, column TFLM. The
// types of the intermediate products (float or double) are part of the contract: they decide bits.
#pragma once

#include <vector>

#include "hw_models/spec/graph.h"
#include "hw_models/spec/numerics.h"

namespace vernier {

// One per output channel of a CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED, also where the
// weights have one scale for all.
//   conv, depthwise, FC per channel: f64(si) * f64(sw[c]) / f64(so)
//   FC per tensor:                   f64(f32(si * sw)) / f64(so)
std::vector<Multiplier> conv_multipliers(const Graph& graph, const Op& op);

// The three requantizations of an ADD of int8, numerics.md 2.5:
//   tw = 2 max(s1, s2); a = s1 / tw; b = s2 / tw; out = tw / (2^20 so), all in double
// The operand of the larger scale always gets (2^30, 0).
struct AddMultipliers {
  Multiplier a, b, out;
  int left_shift = 20;  // applied to both operands before a and b
};
AddMultipliers add_multipliers(const Graph& graph, const Op& op);

// QUANTIZE between integer types: f64(si) / f64(so).
Multiplier requantize_multiplier(const Graph& graph, const Op& op);

}  // namespace vernier
