#include "compiler/passes/cost.h"

#include <algorithm>

#include "hw_models/spec/durations.h"
#include "hw_models/spec/machine.h"

namespace vernier::compiler {
namespace {

// Descriptors of MAC when it turns to another layer: ifmap, kernel, reduction.
constexpr std::int64_t kDescriptors = 3;
// Between a strip's last vector and the next layer's first one: drain, tokens, address and read.
constexpr std::int64_t kTurnCycles = 24;

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

const LayerPlan& layer_of(const Plan& plan, int i) {
  return plan.layers[static_cast<std::size_t>(i)];
}

std::int64_t weight_words(const Plan& plan, const LayerPlan& layer) {
  std::int64_t rows = 0;
  for (const auto& c : layer.matmul.chunks) rows += c.rows;
  return rows * ceil_div(layer.out.c, plan.config.array_cols);
}

// Bytes of a layer's weights and records.
std::int64_t constant_bytes(const Plan& plan, const LayerPlan& layer) {
  return weight_words(plan, layer) * plan.config.array_cols +
         std::int64_t{layer.out.c} * kParamRecordBytes;
}

// POST's cycles for a layer without MACs, about.
std::int64_t vector_cycles(const Plan& plan, const LayerPlan& layer) {
  const std::int64_t bytes = std::int64_t{layer.out.h} * layer.out.w * layer.out.c;
  std::int64_t taps = 1;
  if (layer.vector.kind == VectorPlan::Kind::kPool) {
    taps = layer.vector.window.kernel_h * layer.vector.window.kernel_w;
  }
  return ceil_div(bytes, plan.config.post_lanes) * taps;
}

std::int64_t beats(const Plan& plan, std::int64_t bytes) { return dram_beats(plan.config, bytes); }

}  // namespace

int record_group(const HwConfig& config) { return std::max(config.array_cols, kParamRecords / 4); }

KeptConstants kept_constants(const Plan& plan, const Group& group) {
  std::int64_t words = 0, most = 0, records = 0, tables = 0;
  for (int i = group.first; i <= group.last; ++i) {
    const auto& p = layer_of(plan, i);
    if (p.mode == LayerPlan::Mode::kVector && !p.vector.table.empty()) ++tables;
    if (p.mode != LayerPlan::Mode::kMatmul) continue;
    words += weight_words(plan, p);
    for (const auto& c : p.matmul.chunks) most = std::max<std::int64_t>(most, c.rows);
    records += p.out.c;
  }
  // A circle holds what it may waste where it closes besides.
  KeptConstants kept;
  kept.weights = group.streamed && words + most <= plan.config.weight_words();
  kept.records = group.streamed && records + record_group(plan.config) <= kParamRecords;
  kept.tables = group.streamed && tables <= 1;
  return kept;
}

std::int64_t strip_cycles(const Plan& plan, const LayerPlan& layer, int rows) {
  const auto& m = layer.matmul;
  const MacRegisters registers = {{}, m.kernel, {}};
  std::int64_t tile_cycles = 0;
  for (int x = 0; x < layer.out.w; x += m.tile_w) {
    insn::MacTile t;
    t.height = rows;
    t.x0 = x;
    t.width = std::min(m.tile_w, layer.out.w - x);
    for (std::size_t p = 0; p < m.passes.size(); ++p) {
      const std::int64_t feeds = rows * pass_feed(registers, t, m.passes[p]).row_cycles;
      const std::int64_t loads = m.passes[(p + 1) % m.passes.size()].rows;
      tile_cycles += std::max({feeds, loads, std::int64_t{kMacPassMin}});
    }
    tile_cycles += static_cast<std::int64_t>(m.chunks.size()) * kMacSetupCycles;
  }
  const std::int64_t tiles = ceil_div(layer.out.c, plan.config.array_cols);
  return tiles * (tile_cycles + (m.kernel.depthwise != 0 ? 1 : 0)) + kDescriptors;
}

std::int64_t streamed_cycles(const Plan& plan, const Stream& stream, const Group& group,
                             std::int64_t bytes) {
  const KeptConstants kept = kept_constants(plan, group);
  std::int64_t mac = 0, post = 0, dram = beats(plan, bytes), least_strips = 1 << 14;
  for (const auto& l : stream.layers()) {
    const auto& p = layer_of(plan, l.layer);
    const std::int64_t strips = ceil_div(l.height, l.step);
    least_strips = std::min(least_strips, strips);
    if (p.mode != LayerPlan::Mode::kMatmul) {
      post += vector_cycles(plan, p) + strips * kTurnCycles;
      continue;
    }
    const int rest = l.height - static_cast<int>(strips - 1) * l.step;
    mac += (strips - 1) * strip_cycles(plan, p, l.step) + strip_cycles(plan, p, rest);
    dram += beats(plan, constant_bytes(plan, p)) * (kept.weights ? 1 : strips);
  }
  // MAC turns without a pause only where a layer's rows were ready one strip ago.
  // Transfers hide behind work only as far as their turns fall right: half of them, in practice.
  return std::max({mac, post, dram}) + beats(plan, bytes) / 2 + least_strips * kTurnCycles +
         2 * plan.config.dram_latency_cycles;
}

std::int64_t resident_cycles(const Plan& plan, const Group& group, std::int64_t bytes) {
  std::int64_t work = 0, constants = 0;
  for (int i = group.first; i <= group.last; ++i) {
    const auto& p = layer_of(plan, i);
    if (p.mode == LayerPlan::Mode::kVector) work += vector_cycles(plan, p) + kTurnCycles;
    if (p.mode != LayerPlan::Mode::kMatmul) continue;
    constants += beats(plan, constant_bytes(plan, p));
    const int strips = static_cast<int>(ceil_div(p.out.h, p.matmul.tile_h));
    const int rest = p.out.h - (strips - 1) * p.matmul.tile_h;
    work += (strips - 1) * strip_cycles(plan, p, p.matmul.tile_h) + strip_cycles(plan, p, rest);
  }
  // What the group reads comes before its first layer, what it leaves goes behind its last one.
  return std::max(work, constants) + beats(plan, bytes) + 2 * plan.config.dram_latency_cycles;
}

}  // namespace vernier::compiler
