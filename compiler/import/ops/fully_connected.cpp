#include <fmt/format.h>

#include "compiler/import/requantization.h"

namespace vernier {

// Input of n * k elements as n rows, weights [units][k], bias [units], output [n][units]; with
// keep_num_dims the input's shape with its last dimension replaced by `units`. A stored output of
// that shape is taken without keep_num_dims as well: there the runtimes go by what is stored.
void import_fully_connected(OpReader& op) {
  const auto& options = op.options<fb::FullyConnectedOptions>();
  op.op().attrs.activation = op.fused(options.fused_activation_function());
  if (options.weights_format() != 0) {
    op.fail(ErrorId::TflUnsupported,
            fmt::format("field weights_format: {}, must be 0 (DEFAULT)", options.weights_format()));
  }
  const TensorInfo& input = op.activation(0);
  const TensorInfo& weights = op.weights(1, 2, 0);
  const int units = weights.shape[0], depth = weights.shape[1];
  const std::int64_t elements = element_count(input.shape);
  if (elements % depth != 0) {
    op.fail(ErrorId::TflOperandShape,
            fmt::format("{}: shape {} has {} elements, no multiple of the weights' depth {}",
                        op.input_text(0), shape_text(input.shape), elements, depth));
  }
  const bool whole_rows = input.shape.back() == depth;
  if (options.keep_num_dims() && !whole_rows) {
    op.fail(ErrorId::TflOperandShape,
            fmt::format("{}: shape {}, keep_num_dims wants a last dimension of {}",
                        op.input_text(0), shape_text(input.shape), depth));
  }
  Shape kept = input.shape;
  kept.back() = units;
  Shape shape{static_cast<int>(elements / depth), units};
  if (options.keep_num_dims() || (whole_rows && op.output().shape == kept)) shape = kept;
  const TensorInfo* bias = op.bias(2, units, input, weights);
  const TensorInfo& output = op.output();
  op.require_output_shape(shape);
  require_accumulators(op, input, weights, bias, output, units, ChannelOrder::kFirst,
                       weights.quant.scale.size() == 1);
}

}  // namespace vernier
