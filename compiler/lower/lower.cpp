#include "compiler/lower/lower.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "hw_models/spec/error.h"
#include "hw_models/spec/multipliers.h"

namespace vernier::compiler {

void LowerContext::refuse(const std::string& why) const {
  throw Error(ErrorId::CompileOp, graph.file,
              fmt::format("{}: {}", layer_text(graph, layer.op), why));
}

void LowerContext::need_activation(std::size_t i) const {
  if (in(i).is_constant) refuse(fmt::format("input {} is a constant, must be an activation", i));
}

void LowerContext::operand(std::size_t i) const {
  if (!in(i).is_constant) return;
  auto& t = plan.tensor(op.inputs[i]);
  t.last = std::max(t.last, layer.op);
  if (t.storage >= 0) return;
  t.storage = op.inputs[i];
  t.rows = hwc(in(i).shape);
  if (t.rows.h >= 1 << 14 || std::int64_t{t.rows.w} * t.rows.c >= 1 << 20) {
    refuse(fmt::format("input {} is a constant of {} rows of {} bytes, the machine takes {} of {}",
                       i, t.rows.h, std::int64_t{t.rows.w} * t.rows.c, (1 << 14) - 1,
                       (1 << 20) - 1));
  }
}

Hwc LowerContext::image(std::size_t i) const {
  need_activation(i);
  const Hwc want = hwc(in(i).shape);
  const Hwc& have = rows(i);
  if (have.h != want.h || have.w * have.c != want.w * want.c) {
    refuse(fmt::format("input {} lies as {} rows of {} bytes, needs {} rows of {}", i, have.h,
                       have.w * have.c, want.h, want.w * want.c));
  }
  return want;
}

Hwc LowerContext::bordered_image(std::size_t i, std::int64_t* top, std::int64_t* left) const {
  const auto& t = plan.tensor(op.inputs[i]);
  const bool folded = t.first >= 0 && plan.layers[static_cast<std::size_t>(t.first)].mode ==
                                          LayerPlan::Mode::kFolded;
  if (!folded) return image(i);
  *top += t.pad_top;
  *left += t.pad_left;
  return {t.rows.h, t.rows.w, t.rows.c};
}

void set_operands(LowerContext& c) {
  auto& m = c.layer.matmul;
  const auto zero_point = [](const TensorInfo& t) {
    return t.quant.zero_point.empty() ? 0 : t.quant.zero_point[0];
  };
  m.input = c.op.inputs[0];
  m.zero_point = zero_point(c.in(0));
  m.a_unsigned = c.in(0).dtype == DType::kUint8;
  m.weights = c.in(1).data.data();
  m.weight_zero = zero_point(c.in(1));
  m.w_unsigned = c.in(1).dtype == DType::kUint8;
}

void set_filter(LowerContext& c) {
  auto& m = c.layer.matmul;
  const auto& weights = c.in(1).shape;
  const auto& a = c.op.attrs;
  m.kernel.pad_top = a.pad_top;
  m.kernel.pad_left = a.pad_left;
  m.in = c.bordered_image(0, &m.kernel.pad_top, &m.kernel.pad_left);
  c.layer.mode = LayerPlan::Mode::kMatmul;
  set_operands(c);
  m.kernel.kernel_h = weights[1];
  m.kernel.kernel_w = weights[2];
  m.kernel.stride_h = a.stride_h;
  m.kernel.stride_w = a.stride_w;
  m.kernel.dilation_h = a.dilation_h;
  m.kernel.dilation_w = a.dilation_w;
}

namespace {

// The multiplier wraps x * 2^s before it halves it, the shifter does not. The importer bounds x for
// sums that do not wrap; one that wraps in narrow accumulators can be anything.
bool keeps_32_bits(const ChannelRecord& r, int acc_bits) {
  if (acc_bits == 32 || r.shift <= 0) return true;
  const std::int64_t most = std::abs(std::int64_t{r.bias}) + (std::int64_t{1} << (acc_bits - 1));
  return most <= (INT32_MAX >> r.shift);
}

}  // namespace

void set_records(LowerContext& c) {
  const auto multipliers = conv_multipliers(c.graph, c.op);
  auto& records = c.layer.matmul.records;
  records.resize(multipliers.size());
  const bool has_bias = c.op.inputs.size() > 2 && c.op.inputs[2] >= 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (has_bias) {
      std::memcpy(&records[i].bias, c.in(2).data.data() + 4 * i, sizeof records[i].bias);
    }
    records[i].multiplier = multipliers[i].mantissa;
    records[i].shift = multipliers[i].shift;
  }
  // 2^30 * 2^(s - 31) = 2^-(1 - s), which the shifter rounds as the requantizer does.
  c.layer.shift_only = std::all_of(records.begin(), records.end(), [&](const ChannelRecord& r) {
    return r.multiplier == 1 << 30 && r.shift <= 30 && r.shift >= -30 &&
           keeps_32_bits(r, c.plan.config.mac_acc_bits);
  });
  if (!c.layer.shift_only) return;
  for (auto& r : records) r.shift = 1 - r.shift;
}

}  // namespace vernier::compiler
