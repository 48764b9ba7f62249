#include <fmt/format.h>

#include "compiler/import/requantization.h"
#include "compiler/import/window.h"

namespace vernier {

// Input [1][h][w][ic], weights [1][kh][kw][oc], bias [oc], output [1][oh][ow][oc];
// oc = ic * depth_multiplier.
void import_depthwise_conv(OpReader& op) {
  const auto& options = op.options<fb::DepthwiseConv2DOptions>();
  const TensorInfo& input = op.activation(0);
  op.require_image(0);
  const TensorInfo& weights = op.weights(1, 4, 3);
  if (weights.shape[0] != 1) {
    op.fail(ErrorId::TflOperandShape, fmt::format("{}: shape {}, dimension 0 must be 1",
                                                  op.input_text(1), shape_text(weights.shape)));
  }
  const int multiplier =
      op.field("depth_multiplier", options.depth_multiplier(), 1, kDepthMultiplierMost);
  op.op().attrs.depth_multiplier = multiplier;
  const int channels = weights.shape[3];
  if (std::int64_t{input.shape[3]} * multiplier != channels) {
    op.fail(ErrorId::TflOperandShape,
            fmt::format("{}: {} channels, must be {} input channels x depth_multiplier {}",
                        op.input_text(1), channels, input.shape[3], multiplier));
  }
  const Shape shape = slide_filter(op, options, weights.shape, input.shape, channels);
  const TensorInfo* bias = op.bias(2, channels, input, weights);
  const TensorInfo& output = op.output();
  op.require_output_shape(shape);
  require_accumulators(op, input, weights, bias, output, channels, ChannelOrder::kLast,
                       weights.dtype == DType::kUint8);
}

}  // namespace vernier
