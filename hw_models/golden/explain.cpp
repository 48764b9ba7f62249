#include "hw_models/golden/explain.h"

#include <algorithm>

#include "hw_models/golden/add_stage.h"
#include "hw_models/golden/broadcast.h"
#include "hw_models/golden/kernel.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {
namespace {

Stages named(const OutputStages& s) {
  return {{"accumulate", s.accumulate},
          {"bias", s.bias},
          {"scale", s.scale},
          {"zero point", s.zero_point},
          {"clamp", s.clamp}};
}

// CONV_2D and DEPTHWISE_CONV_2D: walks the taps of one output element.
Stages explain_conv(const OpContext& c, std::int64_t element) {
  const OpAttrs& a = c.op.attrs;
  const Images in(c.in_info(0).shape), out(c.out_info().shape);
  const bool depthwise = c.op.type == OpType::DepthwiseConv;
  const auto oc = static_cast<int>(element % out.c);
  const auto ox = static_cast<int>(element / out.c % out.w);
  const auto oy = static_cast<int>(element / out.c / out.w % out.h);
  const auto n = static_cast<int>(element / out.c / out.w / out.h);
  const int channels = depthwise ? 1 : c.in_info(1).shape[3];
  const int first = depthwise ? oc / (out.c / in.c) : oc / (out.c / (in.c / channels)) * channels;
  const Codes x(c, 0), w(c, 1);
  const int zero = c.in_info(0).quant.zero_point[0];
  const int zero_w = weight_zero_point(c.in_info(1));

  std::uint32_t sum = 0;
  for (int ky = 0; ky < a.filter_h; ++ky) {
    for (int kx = 0; kx < a.filter_w; ++kx) {
      const int y = oy * a.stride_h - a.pad_top + ky * a.dilation_h;
      const int xx = ox * a.stride_w - a.pad_left + kx * a.dilation_w;
      if (y < 0 || y >= in.h || xx < 0 || xx >= in.w) continue;
      for (int i = 0; i < channels; ++i) {
        const std::int64_t tap = std::int64_t{ky} * a.filter_w + kx;
        const std::int64_t weight =
            depthwise ? tap * out.c + oc
                      : (std::int64_t{oc} * a.filter_h * a.filter_w + tap) * channels + i;
        sum += static_cast<std::uint32_t>((w[weight] - zero_w) *
                                          (x[in.at(n, y, xx) + first + i] - zero));
      }
    }
  }
  return named(OutputStage(c).stages(sum, oc));
}

Stages explain_fully_connected(const OpContext& c, std::int64_t element) {
  const TensorInfo& weights = c.in_info(1);
  const int depth = weights.shape[1];
  const auto oc = static_cast<int>(element % weights.shape[0]);
  const Codes x(c, 0), w(c, 1);
  const std::int64_t row = element / weights.shape[0] * depth;
  const std::int64_t column = std::int64_t{oc} * depth;
  const int zero_x = c.in_info(0).quant.zero_point[0];
  const int zero_w = weights.quant.scale.size() == 1 ? weights.quant.zero_point[0] : 0;
  std::uint32_t sum = 0;
  for (int i = 0; i < depth; ++i) {
    sum += static_cast<std::uint32_t>((w[column + i] - zero_w) * (x[row + i] - zero_x));
  }
  return named(OutputStage(c).stages(sum, oc));
}

Stages explain_add(const OpContext& c, std::int64_t element) {
  const Broadcast a(c.in_info(0).shape, c.out_info().shape);
  const Broadcast b(c.in_info(1).shape, c.out_info().shape);
  const AddStages s = AddStage(c).stages(Codes(c, 0)[a(element)], Codes(c, 1)[b(element)]);
  return {{"scale a", s.a},
          {"scale b", s.b},
          {"accumulate", s.accumulate},
          {"scale", s.scale},
          {"zero point", s.zero_point},
          {"clamp", s.clamp}};
}

Stages explain_quantize(const OpContext& c, std::int64_t element) {
  const int x = Codes(c, 0)[element] - c.in_info(0).quant.zero_point[0];
  const std::int64_t scaled =
      multiply_by_quantized_multiplier(x, requantize_multiplier(c.graph, c.op), c.rounding());
  const std::int64_t code = scaled + c.out_info().quant.zero_point[0];
  const ClampRange clamp = activation_range(Activation::kNone, c.out_info());
  return {{"scale", scaled},
          {"zero point", code},
          {"clamp", std::clamp<std::int64_t>(code, clamp.lo, clamp.hi)}};
}

}  // namespace

Stages explain(const Graph& graph, const Op& op, const Values& values, std::int64_t element,
               const Numerics& numerics) {
  check(element >= 0 && element < element_count(graph.tensor(op.outputs[0]).shape),
        "explain of an element outside the output");
  // A context may write its output; explain only reads.
  const OpContext c{graph, op, numerics, const_cast<Values&>(values)};
  switch (op.type) {
    case OpType::Conv:
    case OpType::DepthwiseConv:
      return explain_conv(c, element);
    case OpType::FullyConnected:
      return explain_fully_connected(c, element);
    case OpType::Add:
      return explain_add(c, element);
    case OpType::Quantize:
      if (c.in_info(0).dtype == DType::kFloat32) return {{"output", c.out().at(element)}};
      return explain_quantize(c, element);
    case OpType::Dequantize:
      return {{"zero point", Codes(c, 0)[element] - c.in_info(0).quant.zero_point[0]}};
    default:
      return {{"output", c.out().at(element)}};
  }
}

}  // namespace vernier::golden
