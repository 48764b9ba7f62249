#include "hw_models/spec/multipliers.h"

#include <algorithm>
#include <cmath>

#include "hw_models/spec/error.h"

namespace vernier {
namespace {

float scale_of(const Graph& graph, int tensor) {
  const auto& scale = graph.tensor(tensor).quant.scale;
  check(scale.size() == 1, "a tensor with one scale was expected");
  return scale[0];
}

}  // namespace

std::vector<double> conv_scales(const Graph& graph, const Op& op) {
  const float in = scale_of(graph, op.inputs[0]);
  const float out = scale_of(graph, op.outputs[0]);
  const TensorInfo& weights = graph.tensor(op.inputs[1]);
  const auto& scales = weights.quant.scale;
  const bool fully_connected = op.type == OpType::FullyConnected;
  const std::size_t axis = op.type == OpType::DepthwiseConv ? 3 : 0;
  const auto channels = static_cast<std::size_t>(weights.shape[axis]);
  const bool per_tensor = scales.size() == 1;
  check(per_tensor || scales.size() == channels, "as many weight scales as channels");
  const bool is_uint8 = weights.dtype == DType::kUint8;
  const bool as_reference =
      op.profile == Profile::kLitertRef || (op.profile == Profile::kTflm && is_uint8);
  const bool float_product = per_tensor && (fully_connected ? !as_reference : is_uint8);

  std::vector<double> real(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    const float w = scales[per_tensor ? 0 : c];
    const float product = in * w;
    if (op.profile == Profile::kF32) {
      real[c] = static_cast<double>(product / out);
    } else if (float_product) {
      real[c] = static_cast<double>(product) / static_cast<double>(out);
    } else {
      real[c] = static_cast<double>(in) * static_cast<double>(w) / static_cast<double>(out);
    }
  }
  return real;
}

std::vector<Multiplier> conv_multipliers(const Graph& graph, const Op& op) {
  std::vector<Multiplier> multipliers;
  for (const double real : conv_scales(graph, op)) multipliers.push_back(quantize_multiplier(real));
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

ShiftedAdd shifted_add(const Graph& graph, const Op& op) {
  const float out = scale_of(graph, op.outputs[0]);
  const float a = scale_of(graph, op.inputs[0]) / out;
  const float b = scale_of(graph, op.inputs[1]) / out;
  constexpr int kMultiplierBits = 20;
  ShiftedAdd s;
  s.right_shift = kMultiplierBits - std::ilogb(std::max(a, b));
  check(s.right_shift >= 12 && s.right_shift <= 30,
        "an ADD whose scales XNNPACK takes: 2^-10 <= larger / output < 2^9");
  s.a = static_cast<std::int32_t>(std::rint(std::ldexp(a, s.right_shift)));
  s.b = static_cast<std::int32_t>(std::rint(std::ldexp(b, s.right_shift)));
  return s;
}

Multiplier requantize_multiplier(const Graph& graph, const Op& op) {
  const double in = scale_of(graph, op.inputs[0]);
  return quantize_multiplier(in / static_cast<double>(scale_of(graph, op.outputs[0])));
}

}  // namespace vernier
