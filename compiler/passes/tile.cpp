#include <algorithm>
#include <numeric>

#include "compiler/passes.h"

namespace vernier::compiler {
namespace {

// Kernel rows whose banks are all different: dilation d visits banks / gcd(d, banks) of them.
int most_segments(const HwConfig& config, std::int64_t dilation_h) {
  const auto banks = static_cast<std::int64_t>(config.act_mem_banks);
  return static_cast<int>(banks / std::gcd(dilation_h, banks));
}

void choose_mode(const HwConfig& config, MatmulPlan* m) {
  const auto passes = [&](bool packed) {
    m->kernel.packed = packed ? 1 : 0;
    m->kernel.segments = packed ? most_segments(config, m->kernel.dilation_h) : 1;
    return passes_from(m->kernel, m->in.c, config.array_rows, {});
  };
  m->passes = passes(false);
  if (m->kernel.depthwise != 0) {
    m->kernel.segments = most_segments(config, m->kernel.dilation_h);
    m->passes = passes_from(m->kernel, m->in.c, config.array_rows, {});
    return;
  }
  if (m->kernel.dilation_w > 1 && m->kernel.kernel_w > 1) return;
  auto packed = passes(true);
  if (packed.size() < m->passes.size()) {
    m->kernel.dilation_w = 1;  // one column: its dilation says nothing
    m->passes = std::move(packed);
  } else {
    passes(false);
  }
}

// As many whole rows as an accumulator buffer holds, evenly over the image; a piece of a row where
// not even one fits.
void choose_tile(const HwConfig& config, const Hwc& out, MatmulPlan* m) {
  const int entries = config.acc_mem_entries;
  constexpr int kMostExtent = (1 << 11) - 1;  // MacTile.height and .width
  const auto even = [](int total, int most) {
    const int pieces = (total + most - 1) / most;
    return (total + pieces - 1) / pieces;
  };
  m->tile_w = even(out.w, std::min(entries, kMostExtent));
  m->tile_h = even(out.h, std::min(std::max(1, entries / m->tile_w), kMostExtent));
}

// The whole reduction of an output tile where half of weight memory holds it, else quarters, so
// that one chunk loads while another works.
void choose_chunks(const HwConfig& config, MatmulPlan* m) {
  const int words = config.weight_words();
  const int total = std::accumulate(m->passes.begin(), m->passes.end(), 0,
                                    [](int n, const Pass& p) { return n + p.rows; });
  const int most = total <= words / 2 ? total : std::max(config.array_rows, words / 4);
  PassState state;
  m->chunks.clear();
  for (std::size_t i = 0; i < m->passes.size(); ++i) {
    if (m->chunks.empty() || m->chunks.back().rows + m->passes[i].rows > most) {
      m->chunks.push_back({state, i, 0, 0});
    }
    m->chunks.back().rows += m->passes[i].rows;
    ++m->chunks.back().passes;
    next_pass(m->kernel, m->in.c, config.array_rows, &state);
  }
}

}  // namespace

void tile(Plan* plan) {
  for (auto& layer : plan->layers) {
    if (layer.mode != LayerPlan::Mode::kMatmul) continue;
    choose_mode(plan->config, &layer.matmul);
    choose_tile(plan->config, layer.out, &layer.matmul);
    choose_chunks(plan->config, &layer.matmul);
  }
}

}  // namespace vernier::compiler
