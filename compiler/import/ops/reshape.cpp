#include <fmt/format.h>

#include <cstring>

#include "compiler/import/op_reader.h"

namespace vernier {
namespace {

// The wanted shape: of the second input if there is one, else of the options, else the output's.
std::vector<std::int32_t> wanted_shape(OpReader& op, const TensorInfo& output) {
  const auto* options = op.optional_options<fb::ReshapeOptions>();
  if (const TensorInfo* shape = op.int32_vector(1); shape != nullptr) {
    std::vector<std::int32_t> dims(static_cast<std::size_t>(shape->shape[0]));
    std::memcpy(dims.data(), shape->data.data(), shape->data.size());
    return dims;
  }
  if (options != nullptr && options->new_shape() != nullptr && options->new_shape()->size() > 0) {
    return {options->new_shape()->begin(), options->new_shape()->end()};
  }
  return output.shape;
}

}  // namespace

// The same elements under another shape; at most one wanted dimension is -1 and takes the rest.
void import_reshape(OpReader& op) {
  const TensorInfo& input = op.activation(0);
  const TensorInfo& output = op.output();
  const std::int64_t elements = element_count(input.shape);
  Shape shape;
  int stretched = -1;
  std::int64_t product = 1;
  for (const std::int32_t dim : wanted_shape(op, output)) {
    const auto place = fmt::format("new shape, dimension {}", shape.size());
    if (dim == -1 && stretched < 0) {
      stretched = static_cast<int>(shape.size());
    } else if (dim < 1) {
      op.fail(ErrorId::TflReshape, fmt::format("{}: {}, must be positive, or -1 once", place, dim));
    } else {
      product *= dim;
    }
    // Dividing the elements, the product stays small.
    if (product > elements || elements % product != 0) {
      op.fail(ErrorId::TflReshape, fmt::format("{}: {} elements so far, the input has {} ({})",
                                               place, product, elements, shape_text(input.shape)));
    }
    shape.push_back(dim);
  }
  if (stretched >= 0) {
    shape[static_cast<std::size_t>(stretched)] = static_cast<int>(elements / product);
  } else if (product != elements) {
    op.fail(ErrorId::TflReshape,
            fmt::format("new shape {} has {} elements, the input {} has {}", shape_text(shape),
                        product, shape_text(input.shape), elements));
  }
  op.require_output_shape(shape);
  op.require_same_quant();
}

}  // namespace vernier
