#include <fmt/format.h>

#include <algorithm>

#include "compiler/lower/lower.h"
#include "compiler/lower/one_step.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/multipliers.h"

namespace vernier::compiler {

namespace {

// What the products of one output channel can sum up to, and the bias.
SumRange sums_of(const LowerContext& c, int channel) {
  const auto& m = c.layer.matmul;
  const std::int64_t most = (m.a_unsigned ? 255 : 127) - m.zero_point;
  const std::int64_t least = (m.a_unsigned ? 0 : -128) - m.zero_point;
  const int features = c.in(1).shape[1];
  std::int64_t lo = 0, hi = 0;
  for (int k = 0; k < features; ++k) {
    const std::uint8_t byte = m.weights[std::int64_t{channel} * features + k];
    const int w = (m.w_unsigned ? byte : static_cast<std::int8_t>(byte)) - m.weight_zero;
    lo += std::min(w * least, w * most);
    hi += std::max(w * least, w * most);
  }
  const std::int64_t half = std::int64_t{1} << (c.plan.config.mac_acc_bits - 1);
  if (lo < -half || hi >= half) lo = -half, hi = half - 1;  // they wrap
  const std::int64_t bias = m.records[static_cast<std::size_t>(channel)].bias;
  return {std::max<std::int64_t>(INT32_MIN, lo + bias),
          std::min<std::int64_t>(INT32_MAX, hi + bias)};
}

void require_one_step(const LowerContext& c) {
  const auto scales = conv_scales(c.graph, c.op);
  for (std::size_t i = 0; i < scales.size(); ++i) {
    const auto sum = where_one_step_differs(quantize_multiplier(scales[i]), c.layer.rounding,
                                            scales[i], sums_of(c, static_cast<int>(i)),
                                            c.layer.zero_point, {c.layer.lo, c.layer.hi});
    if (!sum) continue;
    throw Error(ErrorId::CompileProfile, c.graph.file,
                fmt::format("{}: of uint8 the reference scales in double; one multiply, one 64-bit "
                            "add and one shift give another code for the sum {} of channel {}",
                            layer_text(c.graph, c.layer.op), *sum, i),
                "run it with --levels golden, or with --profile FULLY_CONNECTED=single");
  }
}

}  // namespace

// Rows of K features meet an OC x K matrix: a convolution whose kernel covers K bytes of the ifmap,
// however these bytes lie in rows.
void lower_fully_connected(LowerContext& c) {
  c.need_activation(0);
  auto& m = c.layer.matmul;
  const int features = c.in(1).shape[1];
  const int outputs = c.in(1).shape[0];
  const Hwc& lie = c.rows(0);
  const int row_bytes = lie.w * lie.c;
  Hwc grid{1, 1, outputs};
  m.kernel.kernel_h = 1;
  if (lie.h * row_bytes == features) {
    m.in = {lie.h, 1, row_bytes};
    m.kernel.kernel_h = lie.h;
  } else if (row_bytes % features == 0) {
    m.in = {lie.h, row_bytes / features, features};
    grid = {lie.h, row_bytes / features, outputs};
  } else {
    c.refuse(fmt::format("{} features do not divide rows of {} bytes", features, row_bytes));
  }
  c.layer.mode = LayerPlan::Mode::kMatmul;
  c.layer.out = grid;
  set_operands(c);
  m.kernel.kernel_w = 1;
  m.kernel.stride_h = m.kernel.stride_w = 1;
  m.kernel.dilation_h = m.kernel.dilation_w = 1;
  // The machine has no product in double; LiteRT's reference of uint8 runs where one step proves
  // equal.
  const bool in_double = c.layer.rounding == Rounding::kFloat64;
  if (in_double) c.layer.rounding = Rounding::kHalfAway;
  set_records(c);
  if (in_double) require_one_step(c);
}

}  // namespace vernier::compiler
