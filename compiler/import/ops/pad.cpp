#include <fmt/format.h>

#include "compiler/import/op_reader.h"

namespace vernier {

// Elements of value 0, the output's zero point, on either side of each dimension. Paddings: a
// constant [rank][2] of elements before and behind.
void import_pad(OpReader& op) {
  op.optional_options<fb::PadOptions>();
  const TensorInfo& input = op.activation(0);
  const TensorInfo& output = op.output();
  const int rank = static_cast<int>(input.shape.size());
  const auto paddings = op.integers(1, {rank, 2}, true);
  OpAttrs& a = op.op().attrs;
  Shape shape;
  for (std::size_t i = 0; i < input.shape.size(); ++i) {
    std::int64_t size = input.shape[i];
    for (const std::int64_t side : {paddings[2 * i], paddings[2 * i + 1]}) {
      if (side < 0 || side > INT32_MAX - size) {
        op.fail(ErrorId::TflField,
                fmt::format("{}, dimension {}: a padding of {}, must be 0 or more, and the padded "
                            "dimension below 2^31",
                            op.input_text(1), i, side));
      }
      size += side;
    }
    a.before.push_back(static_cast<int>(paddings[2 * i]));
    a.after.push_back(static_cast<int>(paddings[2 * i + 1]));
    shape.push_back(static_cast<int>(size));
  }
  a.pad_code = output.quant.zero_point[0];
  op.require_output_shape(shape);
  op.require_same_quant();
}

}  // namespace vernier
