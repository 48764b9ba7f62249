// Scales of a graph -> quantized multipliers of MEAN, MUL and SUB, numerics.md 2.4 and 2.5. Whether
// an intermediate is float or double is part of the contract: it decides bits.
#pragma once

#include "hw_models/spec/multipliers.h"

namespace vernier {

// Whether the op's arithmetic is TensorFlow Lite Micro's: profile tflm, and a type that its kernels
// take. They have no uint8; there profile tflm means LiteRT's reference.
bool follows_tflm(const Graph& graph, const Op& op);

// The elements that one output of a MEAN averages.
std::int64_t mean_count(const Graph& graph, const Op& op);

// MEAN: what sum - n * zx is multiplied with, n = mean_count. Of (m, s) = QM(f64(si) / f64(so)):
//   sh = min(31 - clz(n), 32, 31 + s); (floor((m << sh) / n), s - sh)
// The mantissa may be below 2^30.
Multiplier mean_multiplier(const Graph& graph, const Op& op);

// MUL: what (x1 - z1) * (x2 - z2) is multiplied with.
//   TFLM:   f64(s1) * f64(s2) / f64(so)
//   LiteRT: f32(f32(s1 * s2) / so)
Multiplier mul_multiplier(const Graph& graph, const Op& op);

// SUB: the three requantizations, those of ADD.
AddMultipliers sub_multipliers(const Graph& graph, const Op& op);

}  // namespace vernier
