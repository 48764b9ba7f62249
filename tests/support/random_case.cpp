// The generator's numbers, machines and recipes; random_graph.cpp draws the graphs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "tests/support/random_graph.h"

namespace vernier {
namespace {

std::string quant_text(const TensorInfo& t) {
  if (t.quant.scale.empty()) return dtype_name(t.dtype);
  const auto& scale = t.quant.scale;
  return fmt::format("{} scale {:.9g}{} zero {}", dtype_name(t.dtype), scale[0],
                     scale.size() == 1 ? "" : fmt::format(" .. of {}", scale.size()),
                     t.quant.zero_point[0]);
}

std::string list_text(const char* name, const std::vector<int>& values) {
  return values.empty() ? "" : fmt::format(" {} {}", name, fmt::join(values, " "));
}

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9e3779b97f4a7c15u;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

int Random::between(int least, int most) {
  const auto span = static_cast<std::uint64_t>(most - least) + 1;
  return least + static_cast<int>(next() % span);
}

double Random::real(double least, double most) {
  return least + (most - least) * (static_cast<double>(next() >> 11) / 9007199254740992.0);
}

GraphRecipe draw_recipe(std::uint64_t seed, const HwConfig& config) {
  GraphRecipe recipe;
  recipe.seed = seed;
  recipe.rows = config.array_rows;
  recipe.cols = config.array_cols;
  Random r(seed ^ 0xdeb7);
  while (recipe.ops < 25 && r.chance(80)) ++recipe.ops;
  return recipe;
}

HwConfig random_config(std::uint64_t seed) {
  Random r(seed ^ 0xc0f16);
  HwConfig c;
  c.name = fmt::format("random {}", seed);
  const std::vector<int> sides{4, 4, 8, 8, 16, 16, 32, 64};
  c.array_rows = r.pick(sides);
  c.array_cols = r.pick(sides);
  c.mac_acc_bits = r.chance(60) ? 32 : r.between(16, 31);
  c.post_lanes = 1 << r.between(0, static_cast<int>(std::log2(c.array_cols)));
  c.act_mem_pages = r.pick(std::vector<int>{1, 2, 4, 4});
  c.act_mem_banks = r.pick(std::vector<int>{1, 2, 2, 4, 4, 8});
  c.dram_bytes_per_cycle = r.pick(std::vector<int>{1, 3, 10, 16, 128});
  c.dram_latency_cycles = r.pick(std::vector<int>{1, 2, 17, 64, 300});
  const int least = c.act_mem_pages * c.act_mem_banks * 2 * c.act_word_bytes();
  c.act_mem_kib = r.pick(std::vector<int>{16, 32, 64, 128});
  while (c.act_mem_kib * 1024 < least) c.act_mem_kib *= 2;
  const int tiles = (2 * c.array_rows * c.array_cols + 1023) / 1024;
  c.weight_mem_kib = std::max(tiles, r.pick(std::vector<int>{1, 1, 2, 4, 16, 64}));
  c.acc_mem_entries = r.pick(std::vector<int>{4, 5, 7, 16, 33, 64, 256});
  c.acc_mem_buffers = r.between(1, 4);
  c.program_mem_kib = r.pick(std::vector<int>{2, 2, 3, 8, 32});
  c.queue_depth = r.pick(std::vector<int>{1, 2, 3, 4, 8, 64});
  return c;
}

GraphRecipe shrink(GraphRecipe recipe, const std::function<bool(const GraphRecipe&)>& fails) {
  const auto adopt = [&](GraphRecipe smaller) {
    if (!fails(smaller)) return false;
    recipe = smaller;
    return true;
  };
  for (bool went_on = true; went_on;) {
    went_on = false;
    GraphRecipe next = recipe;
    while (recipe.ops > 1) {
      next = recipe;
      --next.ops;
      if (!adopt(next)) break;
      went_on = true;
    }
    next = recipe;
    next.divide *= 2;
    if (next.divide <= 64 && adopt(next)) went_on = true;
  }
  return recipe;
}

std::string graph_text(const Graph& graph) {
  std::string s;
  for (const int t : graph.inputs) {
    s += fmt::format("input t{} {} {}\n", t, shape_text(graph.tensor(t).shape),
                     quant_text(graph.tensor(t)));
  }
  for (const auto& op : graph.ops) {
    const auto& out = graph.tensor(op.outputs[0]);
    s += fmt::format("{} t{} = ", op_name(op.type), op.outputs[0]);
    for (const int t : op.inputs) {
      if (t < 0) continue;
      const auto& in = graph.tensor(t);
      s += fmt::format("t{}({}{}) ", t, shape_text(in.shape), in.is_constant ? " constant" : "");
    }
    const auto& a = op.attrs;
    s += fmt::format(
        "-> {} {} filter {}x{} stride {}x{} dilation {}x{} pad {} {} {} {} activation {}",
        shape_text(out.shape), quant_text(out), a.filter_h, a.filter_w, a.stride_h, a.stride_w,
        a.dilation_h, a.dilation_w, a.pad_top, a.pad_left, a.pad_bottom, a.pad_right,
        static_cast<int>(a.activation));
    s += list_text("axes", a.axes) + list_text("perm", a.perm) + list_text("before", a.before) +
         list_text("after", a.after) + list_text("begin", a.begin) + list_text("step", a.step) +
         list_text("extent", a.extent) + "\n";
  }
  s += "outputs:";
  for (const int t : graph.outputs) s += fmt::format(" t{}", t);
  return s + "\n";
}

}  // namespace vernier
