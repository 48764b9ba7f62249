// Scales of a graph -> multipliers of its operators, numerics.md 2.4. The types of the intermediate
// products (float or double) are part of the contract: they decide bits.
#pragma once

#include <vector>

#include "hw_models/spec/graph.h"
#include "hw_models/spec/numerics.h"

namespace vernier {

// The real multipliers of a CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED under the operator's
// profile, one per output channel, also where the weights have one scale for all.
//   f64(si) * f64(sw[c]) / f64(so), except:
//   conv, depthwise of uint8 weights: f64(f32(si * sw)) / f64(so)
//   FC per tensor:                    f64(f32(si * sw)) / f64(so), not in litert-ref
//   profile f32:                      f32(f32(si * sw[c]) / so)
std::vector<double> conv_scales(const Graph& graph, const Op& op);
// quantize_multiplier of each.
std::vector<Multiplier> conv_multipliers(const Graph& graph, const Op& op);

// The three requantizations of an ADD of int8, numerics.md 2.5:
//   tw = 2 max(s1, s2); a = s1 / tw; b = s2 / tw; out = tw / (2^20 so), all in double
// The operand of the larger scale always gets (2^30, 0).
struct AddMultipliers {
  Multiplier a, b, out;
  int left_shift = 20;  // applied to both operands before a and b
};
AddMultipliers add_multipliers(const Graph& graph, const Op& op);

// ADD as XNNPACK does it (numerics.md 2.6), in float throughout, r1 = s1 / so, r2 = s2 / so:
//   right_shift = 20 - floor(log2(max(r1, r2))); a = rint(r1 * 2^right_shift); b alike
// so that the larger has 21 bits.
struct ShiftedAdd {
  std::int32_t a = 0, b = 0;
  int right_shift = 0;  // 12..30
};
ShiftedAdd shifted_add(const Graph& graph, const Op& op);

// QUANTIZE between integer types: f64(si) / f64(so).
Multiplier requantize_multiplier(const Graph& graph, const Op& op);

}  // namespace vernier
