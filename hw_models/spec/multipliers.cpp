#include "hw_models/spec/multipliers.h"

#include <algorithm>

#include "hw_models/spec/error.h"

namespace vernier {
namespace {

float scale_of(const Graph& graph, int tensor) {
  const auto& scale = graph.tensor(tensor).quant.scale;
  check(scale.size() == 1, "a tensor with one scale was expected");
  return scale[0];
}

}  // namespace

std::vector<Multiplier> conv_multipliers(const Graph& graph, const Op& op) {
  const float in = scale_of(graph, op.inputs[0]);
  const double out = scale_of(graph, op.outputs[0]);
  const TensorInfo& weights = graph.tensor(op.inputs[1]);
  const auto& scales = weights.quant.scale;
  const std::size_t axis = op.type == OpType::DepthwiseConv ? 3 : 0;
  const auto channels = static_cast<std::size_t>(weights.shape[axis]);
  check(scales.size() == 1 || scales.size() == channels, "as many weight scales as channels");

  std::vector<Multiplier> multipliers(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    const float w = scales[scales.size() == 1 ? 0 : c];
    const bool float_product = op.type == OpType::FullyConnected && scales.size() == 1;
    const double product = float_product ? static_cast<double>(in * w)
                                         : static_cast<double>(in) * static_cast<double>(w);
    multipliers[c] = quantize_multiplier(product / out);
  }
  return multipliers;
}

AddMultipliers add_multipliers(const Graph& graph, const Op& op) {
  const double a = scale_of(graph, op.inputs[0]);
  const double b = scale_of(graph, op.inputs[1]);
  const double out = scale_of(graph, op.outputs[0]);
  const double twice_max = 2.0 * std::max(a, b);
  AddMultipliers m;
  m.a = quantize_multiplier(a / twice_max);
  m.b = quantize_multiplier(b / twice_max);
  m.out = quantize_multiplier(twice_max / ((1 << m.left_shift) * out));
  return m;
}

Multiplier requantize_multiplier(const Graph& graph, const Op& op) {
  const double in = scale_of(graph, op.inputs[0]);
  return quantize_multiplier(in / static_cast<double>(scale_of(graph, op.outputs[0])));
}

}  // namespace vernier
