#include <fmt/format.h>

#include "compiler/import/op_reader.h"

namespace vernier {

// Output dimension i is input dimension perm[i]; perm is a constant permutation.
void import_transpose(OpReader& op) {
  op.optional_options<fb::TransposeOptions>();
  const TensorInfo& input = op.activation(0);
  const int rank = static_cast<int>(input.shape.size());
  std::vector<bool> taken(input.shape.size());
  Shape shape;
  for (std::int64_t dim : op.integers(1, {rank})) {
    const std::int64_t given = dim;
    if (dim < 0) dim += rank;
    const bool inside = dim >= 0 && dim < rank;
    if (!inside || taken[static_cast<std::size_t>(dim)]) {
      op.fail(ErrorId::TflField,
              fmt::format(
                  "{}, element {}: {}, {}", op.input_text(1), shape.size(), given,
                  inside ? "a dimension that is there already"
                         : fmt::format("must be 0..{} of {}", rank - 1, shape_text(input.shape))));
    }
    taken[static_cast<std::size_t>(dim)] = true;
    op.op().attrs.perm.push_back(static_cast<int>(dim));
    shape.push_back(input.shape[static_cast<std::size_t>(dim)]);
  }
  op.output();
  op.require_output_shape(shape);
  op.require_same_quant();
}

}  // namespace vernier
