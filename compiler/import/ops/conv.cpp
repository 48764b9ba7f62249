#include <fmt/format.h>

#include "compiler/import/requantization.h"
#include "compiler/import/window.h"

namespace vernier {

// Input [1][h][w][ic], weights [oc][kh][kw][ic], bias [oc], output [1][oh][ow][oc].
void import_conv(OpReader& op) {
  const auto& options = op.options<fb::Conv2DOptions>();
  const TensorInfo& input = op.activation(0);
  op.require_image(0);
  const TensorInfo& weights = op.weights(1, 4, 0);
  const int channels = weights.shape[0], depth = weights.shape[3];
  if (input.shape[3] != depth) {
    const bool grouped = input.shape[3] % depth == 0;
    op.fail(ErrorId::TflOperandShape,
            fmt::format("{}: {} filter channels for {} input channels, {}", op.input_text(1), depth,
                        input.shape[3],
                        grouped ? fmt::format("which is a grouped convolution of {} groups, not "
                                              "supported",
                                              input.shape[3] / depth)
                                : "must be equal"));
  }
  const Shape shape = slide_filter(op, options, weights.shape, input.shape, channels);
  const TensorInfo* bias = op.bias(2, channels, input, weights);
  const TensorInfo& output = op.output();
  op.require_output_shape(shape);
  require_accumulators(op, input, weights, bias, output, channels, ChannelOrder::kFirst,
                       weights.dtype == DType::kUint8);
}

}  // namespace vernier
