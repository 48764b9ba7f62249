#include "compiler/bound.h"

#include <algorithm>

#include "hw_models/spec/durations.h"
#include "hw_models/spec/machine.h"

namespace vernier::compiler {
namespace {

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::int64_t matmul_bound(const HwConfig& config, const LayerPlan& layer) {
  const std::int64_t pixels = std::int64_t{layer.out.h} * layer.out.w;
  const std::int64_t tiles = ceil_div(layer.out.c, config.array_cols);
  std::int64_t array = 0, rows = 0;
  for (const auto& pass : layer.matmul.passes) {
    array += std::max<std::int64_t>(pixels, pass.rows);
    rows += pass.rows;
  }
  const std::int64_t full = layer.out.c / config.array_cols;
  const std::int64_t rest = layer.out.c % config.array_cols;
  const std::int64_t drain = pixels * (full * ceil_div(config.array_cols, config.post_lanes) +
                                       ceil_div(rest, config.post_lanes));
  const std::int64_t bytes =
      rows * tiles * config.array_cols + std::int64_t{layer.out.c} * kParamRecordBytes;
  return std::max({array * tiles, drain, dram_beats(config, bytes)});
}

}  // namespace

std::int64_t bound_cycles(const Plan& plan, const LayerPlan& layer) {
  const auto& config = plan.config;
  if (layer.mode == LayerPlan::Mode::kAlias) return 0;
  if (layer.mode == LayerPlan::Mode::kMatmul) return matmul_bound(config, layer);
  const auto& v = layer.vector;
  const std::int64_t row_bytes = std::int64_t{v.a_view.w} * v.a_view.c;
  const std::int64_t lanes = config.post_lanes;
  switch (v.kind) {
    case VectorPlan::Kind::kAdd:
    case VectorPlan::Kind::kRescale:
      return v.a_view.h * ceil_div(row_bytes, lanes);
    case VectorPlan::Kind::kMove:
      return ceil_div(v.a_view.h * row_bytes, lanes);
    case VectorPlan::Kind::kPool:
      return std::int64_t{layer.out.h} * layer.out.w * ceil_div(layer.out.c, lanes) *
             v.window.kernel_h * v.window.kernel_w;
    case VectorPlan::Kind::kSoftmax:
      return std::int64_t{v.a_view.h} * v.a_view.w *
             softmax_pixel_cycles(config.post_lanes, v.a_view.c);
  }
  return 0;
}

}  // namespace vernier::compiler
