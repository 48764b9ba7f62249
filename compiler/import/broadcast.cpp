#include "compiler/import/broadcast.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/requantization.h"

namespace vernier {
namespace {

// The dimension of `shape` that meets dimension i of the output of rank `rank`.
int aligned(const Shape& shape, std::size_t rank, std::size_t i) {
  const std::size_t missing = rank - shape.size();
  return i < missing ? 1 : shape[i - missing];
}

}  // namespace

void require_broadcast(OpReader& op) {
  const TensorInfo& a = op.operand(0);
  const TensorInfo& b = op.operand(1);
  if (a.is_constant && b.is_constant) {
    op.fail(ErrorId::TflConstant, fmt::format("{} and {} are constants, at most one may be",
                                              op.input_text(0), op.input_text(1)));
  }
  Shape shape(std::max(a.shape.size(), b.shape.size()), 1);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const int da = aligned(a.shape, shape.size(), i), db = aligned(b.shape, shape.size(), i);
    if (da != db && da != 1 && db != 1) {
      op.fail(ErrorId::TflOperandShape,
              fmt::format("{} has shape {}, {} has {}: dimensions, counted from the end, must be "
                          "equal or 1",
                          op.input_text(0), shape_text(a.shape), op.input_text(1),
                          shape_text(b.shape)));
    }
    shape[i] = std::max(da, db);
  }
  op.output();
  op.require_output_shape(shape);
}

void import_sum(OpReader& op) {
  require_broadcast(op);
  const float a = op.operand(0).quant.scale[0], b = op.operand(1).quant.scale[0];
  const float out = op.output().quant.scale[0];
  const double real = 2.0 * double{std::max(a, b)} / (1048576.0 * double{out});
  // Some runtimes round the quotient to float32 (numerics.md 2.4), which may reach 1.
  if (std::max(multiplier_shift(real), multiplier_shift(double{static_cast<float>(real)})) > 0) {
    op.fail(ErrorId::TflMultiplier,
            fmt::format("input scales {:.9g} and {:.9g} over output scale {:.9g}: the sum's "
                        "multiplier {:.9g} must be below 1",
                        a, b, out, real));
  }
}

}  // namespace vernier
