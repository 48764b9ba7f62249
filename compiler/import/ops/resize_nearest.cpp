#include <fmt/format.h>

#include "compiler/import/op_reader.h"

namespace vernier {

// Input [1][h][w][c], a constant of the new height and width, output [1][height][width][c].
void import_resize_nearest(OpReader& op) {
  const auto& options = op.options<fb::ResizeNearestNeighborOptions>();
  const TensorInfo& input = op.activation(0);
  op.require_image(0);
  const auto size = op.integers(1, {2});
  for (std::size_t i = 0; i < 2; ++i) {
    if (size[i] < 1) {
      op.fail(ErrorId::TflField, fmt::format("{}, new {}: {}, must be positive", op.input_text(1),
                                             i == 0 ? "height" : "width", size[i]));
    }
  }
  op.op().attrs.align_corners = options.align_corners();
  op.op().attrs.half_pixel_centers = options.half_pixel_centers();
  op.output();
  op.require_output_shape(
      {1, static_cast<int>(size[0]), static_cast<int>(size[1]), input.shape[3]});
  op.require_same_quant();
}

}  // namespace vernier
