#include "compiler/bound.h"

#include <algorithm>

#include "compiler/passes/vector_work.h"
#include "hw_models/spec/durations.h"
#include "hw_models/spec/machine.h"

namespace vernier::compiler {
namespace {

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::int64_t matmul_bound(const HwConfig& config, const LayerPlan& layer) {
  const std::int64_t pixels = std::int64_t{layer.out.h} * layer.out.w;
  const std::int64_t tiles = ceil_div(layer.out.c, config.array_cols);
  const auto& passes = layer.matmul.passes;
  const MacRegisters registers = {{}, layer.matmul.kernel, {}};
  insn::MacTile image;
  image.height = layer.out.h;
  image.width = layer.out.w;
  // While pass p feeds, the rows of the pass behind it load; behind the last one the next channel
  // tile's first.
  std::int64_t array = 0, last = 0;
  for (std::size_t p = 0; p < passes.size(); ++p) {
    const std::int64_t feeds = image.height * pass_feed(registers, image, passes[p]).row_cycles;
    const std::int64_t loads = passes[(p + 1) % passes.size()].rows;
    array += std::max(feeds, loads);
    if (p + 1 == passes.size()) last = std::max(feeds, loads) - feeds;
  }
  const std::int64_t full = layer.out.c / config.array_cols;
  const std::int64_t rest = layer.out.c % config.array_cols;
  const std::int64_t drain = pixels * (full * ceil_div(config.array_cols, config.post_lanes) +
                                       ceil_div(rest, config.post_lanes));
  return std::max(array * tiles - last, drain);
}

// Cycles in which POST's pipeline is fed.
std::int64_t vector_bound(const Plan& plan, const LayerPlan& layer) {
  VectorPlaces places;
  places.out = plan.tensor(layer.output).place;
  for (const int t : layer.vector.operands()) {
    places.operands.emplace_back(t, plan.tensor(plan.tensor(t).storage).place);
  }
  Registers registers;
  std::int64_t cycles = 0;
  for (const auto& piece : vector_pieces(plan.config, layer, places, 0, layer.out.h)) {
    for (const auto& d : piece.descriptors) registers.load(d);
    const bool softmax = std::holds_alternative<insn::PostSoftmax>(piece.insn);
    cycles += softmax ? post_duration(plan.config, registers.post, piece.insn) - kPostSetupCycles
                      : post_vectors(plan.config, registers.post, piece.insn);
  }
  return cycles;
}

}  // namespace

std::int64_t bound_cycles(const Plan& plan, const LayerPlan& layer) {
  if (layer.mode == LayerPlan::Mode::kMatmul) return matmul_bound(plan.config, layer);
  if (layer.mode == LayerPlan::Mode::kVector) return vector_bound(plan, layer);
  return 0;
}

}  // namespace vernier::compiler
