#include "hw_models/spec/rescale_multipliers.h"

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

bool follows_tflm(const Graph& graph, const Op& op) {
  return op.profile == Profile::kTflm && graph.tensor(op.inputs[0]).dtype != DType::kUint8;
}

std::int64_t mean_count(const Graph& graph, const Op& op) {
  const Shape& shape = graph.tensor(op.inputs[0]).shape;
  std::int64_t n = 1;
  for (const int axis : op.attrs.axes) n *= shape[static_cast<std::size_t>(axis)];
  return n;
}

Multiplier mean_multiplier(const Graph& graph, const Op& op) {
  const double in = scale_of(graph, op.inputs[0]);
  const double out = scale_of(graph, op.outputs[0]);
  const std::int64_t n = mean_count(graph, op);
  check(n >= 1 && n <= INT32_MAX, "a MEAN of 1 to 2^31 - 1 elements");
  Multiplier m = quantize_multiplier(in / out);
  const int log2 = 31 - count_leading_zeros(static_cast<std::uint32_t>(n));
  const int shift = std::min({log2, 32, 31 + m.shift});
  m.mantissa = static_cast<std::int32_t>((std::int64_t{m.mantissa} << shift) / n);
  m.shift -= shift;
  return m;
}

Multiplier mul_multiplier(const Graph& graph, const Op& op) {
  const float a = scale_of(graph, op.inputs[0]);
  const float b = scale_of(graph, op.inputs[1]);
  const float out = scale_of(graph, op.outputs[0]);
  if (follows_tflm(graph, op)) {
    return quantize_multiplier(static_cast<double>(a) * static_cast<double>(b) /
                               static_cast<double>(out));
  }
  const float product = a * b;
  return quantize_multiplier(static_cast<double>(product / out));
}

AddMultipliers sub_multipliers(const Graph& graph, const Op& op) {
  return add_multipliers(graph, op);
}

}  // namespace vernier
