#include <fmt/format.h>

#include "compiler/lower/lower.h"
#include "hw_models/spec/machine.h"

namespace vernier::compiler {
namespace {

constexpr int kMostClasses = 4096;  // the Q12.19 sum may wrap beyond

}  // namespace

// exp() depends only on d = max - x in 0..255, so it is a table, numerics.md 2.5.
void lower_softmax(LowerContext& c) {
  auto& v = c.layer.vector;
  v.kind = VectorPlan::Kind::kSoftmax;
  v.a = c.op.inputs[0];
  v.a_view = c.image(0);
  v.a_unsigned = c.in(0).dtype == DType::kUint8;
  if (v.a_view.c > kMostClasses) {
    c.refuse(fmt::format("{} classes, the sum of exponentials holds {}", v.a_view.c, kMostClasses));
  }
  const auto params = softmax_params(c.op.attrs.beta, c.in(0).quant.scale[0]);
  for (int d = 0; d < kLutEntries; ++d) {
    std::int32_t e = 0;
    if (-d >= params.diff_min) {
      const auto scaled = srdhm(wrap_shift_left(-d, params.left_shift), params.mantissa);
      e = exp_on_negative_values(scaled, 5);
    }
    v.table.push_back(static_cast<std::uint32_t>(e));
  }
  c.layer.mode = LayerPlan::Mode::kVector;
  c.layer.rounding = Rounding::kDouble;
  c.layer.zero_point = c.layer.lo;  // probability 0 is the least code
}

}  // namespace vernier::compiler
