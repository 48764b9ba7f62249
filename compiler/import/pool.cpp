#include "compiler/import/pool.h"

#include "compiler/import/window.h"

namespace vernier {

void import_pool(OpReader& op) {
  const auto& options = op.options<fb::Pool2DOptions>();
  const TensorInfo& input = op.activation(0);
  op.require_image(0);
  OpAttrs& a = op.op().attrs;
  a.stride_h = options.stride_h();
  a.stride_w = options.stride_w();
  a.filter_h = options.filter_height();
  a.filter_w = options.filter_width();
  a.activation = op.fused(options.fused_activation_function());
  const Shape shape = slide_window(op, options.padding(), input.shape, input.shape[3]);
  op.output();
  op.require_output_shape(shape);
  op.require_same_quant();
}

}  // namespace vernier
