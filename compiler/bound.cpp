#include "compiler/bound.h"

#include <algorithm>

#include "hw_models/spec/machine.h"

namespace vernier::compiler {
namespace {

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::int64_t matmul_bound(const HwConfig& config, const LayerPlan& layer) {
  const std::int64_t pixels = std::int64_t{layer.out.h} * layer.out.w;
  const std::int64_t tiles = ceil_div(layer.out.c, config.array_cols);
  const auto pass = [&](std::size_t p) {
    return std::max<std::int64_t>(pixels, layer.matmul.passes[p].rows);
  };
  std::int64_t array = 0;
  for (std::size_t p = 0; p < layer.matmul.passes.size(); ++p) array += pass(p);
  const std::int64_t full = layer.out.c / config.array_cols;
  const std::int64_t rest = layer.out.c % config.array_cols;
  const std::int64_t drain = pixels * (full * ceil_div(config.array_cols, config.post_lanes) +
                                       ceil_div(rest, config.post_lanes));
  return std::max(array * tiles - (pass(0) - pixels), drain);
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
