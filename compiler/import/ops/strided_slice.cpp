#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/op_reader.h"

namespace vernier {
namespace {

bool bit(int mask, std::size_t i) { return (static_cast<unsigned>(mask) >> i & 1U) != 0; }

void refuse_unsupported(const OpReader& op, const fb::StridedSliceOptions& options) {
  const auto refuse = [&](const char* field, int value) {
    if (value == 0) return;
    op.fail(ErrorId::TflUnsupported, fmt::format("field {}: {}, must be 0", field, value));
  };
  refuse("ellipsis_mask", options.ellipsis_mask());
  refuse("new_axis_mask", options.new_axis_mask());
  refuse("offset", options.offset() ? 1 : 0);
}

// What is taken of one dimension.
struct Range {
  std::int64_t begin, step, extent;
};

}  // namespace

// Of dimension i the elements begin[i], begin[i] + strides[i], ... before end[i]. Negative begins
// and ends count from the end of the dimension and are clipped to it; a bit of begin_mask or
// end_mask takes that side whole, one of shrink_axis_mask takes the one element at begin and drops
// the dimension. Dimensions beyond the vectors are taken whole.
void import_strided_slice(OpReader& op) {
  const auto& options = op.options<fb::StridedSliceOptions>();
  refuse_unsupported(op, options);
  const TensorInfo& input = op.activation(0);
  const int rank = static_cast<int>(input.shape.size());
  if (op.shape(1).size() != 1 || op.shape(1)[0] > rank) {
    op.fail(ErrorId::TflOperandShape,
            fmt::format("{}: shape {}, must be a vector of 1..{} elements", op.input_text(1),
                        shape_text(op.shape(1)), rank));
  }
  const Shape given = op.shape(1);
  const auto begins = op.integers(1, given), ends = op.integers(2, given);
  const auto strides = op.integers(3, given);
  OpAttrs& a = op.op().attrs;
  Shape shape;
  for (std::size_t i = 0; i < input.shape.size(); ++i) {
    const std::int64_t size = input.shape[i];
    Range range{0, 1, size};
    const bool shrink = i < begins.size() && bit(options.shrink_axis_mask(), i);
    if (i < begins.size()) {
      const auto place = fmt::format("dimension {} of {}", i, shape_text(input.shape));
      const auto index = [&](std::int64_t at) {
        return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size);
      };
      range.begin = bit(options.begin_mask(), i) ? 0 : index(begins[i]);
      range.step = strides[i];
      if (range.step < 1) {
        op.fail(ErrorId::TflUnsupported,
                fmt::format("{}: stride {}, must be positive: slices that run backwards are not "
                            "supported",
                            place, range.step));
      }
      const std::int64_t end = bit(options.end_mask(), i) ? size : index(ends[i]);
      const std::int64_t stop = shrink ? range.begin + 1 : end;
      if (range.begin >= std::min(stop, size)) {
        op.fail(ErrorId::TflGeometry,
                fmt::format("{}: a slice from {} to {} is empty", place, range.begin, stop));
      }
      range.extent = (stop - range.begin + range.step - 1) / range.step;
    }
    a.begin.push_back(static_cast<int>(range.begin));
    a.step.push_back(static_cast<int>(range.step));
    a.extent.push_back(static_cast<int>(range.extent));
    if (!shrink) shape.push_back(a.extent.back());
  }
  op.output();
  op.require_output_shape(shape);
  op.require_same_quant();
}

}  // namespace vernier
