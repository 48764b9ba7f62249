// How golden arrives at one output element: what a divergence report prints beside the machine's.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/golden/golden.h"

namespace vernier::golden {

struct Stage {
  const char* name;  // "accumulate", "bias", "scale", "zero point", "clamp", "output", ...
  std::int64_t value;
};
using Stages = std::vector<Stage>;

// The stages of element `element` (flat index) of the op's output, computed alone and tap by tap:
//   CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED: accumulate, bias, scale, zero point, clamp
//   ADD:      scale a, scale b, accumulate, scale, zero point, clamp
//   QUANTIZE: scale, zero point, clamp; of float32: output
//   DEQUANTIZE: zero point, what the scale is then multiplied with in float
//   others:   output
// Each value is the state after the stage; the last one is the code. `values` are run()'s. Throws
// Error(Internal) for an element outside the output.
Stages explain(const Graph& graph, const Op& op, const Values& values, std::int64_t element,
               const Numerics& numerics = {});

}  // namespace vernier::golden
