// Small networks that do not fit the activation memory, and their transfers.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "tests/compiler/plan_cases.h"

namespace vernier {

inline HwConfig machine(int kib, int banks, int pages = 1) {
  HwConfig c;
  c.act_mem_kib = kib;
  c.act_mem_banks = banks;
  c.act_mem_pages = pages;
  c.array_rows = c.array_cols = c.post_lanes = 4;
  c.dram_bytes_per_cycle = 4;
  return c;
}

inline int conv(ModelBuilder* m, int x, int channels, int kernel, const OpOptions& o = {}) {
  const int in = m->tensors[static_cast<std::size_t>(x)].shape[3];
  const auto n = static_cast<std::size_t>(channels * kernel * kernel * in);
  const int w = m->weights({channels, kernel, kernel, in}, std::vector<std::int8_t>(n, 3), {0.01F});
  return m->conv(x, w, -1, o, 0.4F, 1);
}

// rows x 32 bytes -> QUANTIZE -> as many
inline ModelBuilder rescaled(int rows) {
  ModelBuilder m;
  m.mark_output(m.quantize(m.input({1, rows, 32, 1}, 0.5F, 0), 0.3F, 0));
  return m;
}

// A chain whose middle is averaged over the whole image: it must be whole there and is not before.
struct Pooled {
  ModelBuilder m;
  int x, a, b, y;
  Pooled() {
    x = m.input({1, 30, 10, 4}, 0.3F, 0);
    a = conv(&m, x, 8, 3);
    b = m.mean(a, {1, 2}, true, 0.3F, 0);
    y = m.mul(a, b, {}, 0.6F, 0);
    m.mark_output(y);
  }
};

inline std::vector<const compiler::ScheduledInsn*> transfers(const compiler::Schedule& s,
                                                             int tensor, bool stores) {
  std::vector<const compiler::ScheduledInsn*> list;
  for (const auto& i : s.insns) {
    const bool is = stores ? std::holds_alternative<insn::StoreAct>(i.insn)
                           : std::holds_alternative<insn::LoadAct>(i.insn);
    if (is && i.tensor == tensor) list.push_back(&i);
  }
  return list;
}

inline int index_of(const compiler::Schedule& s, const compiler::ScheduledInsn* i) {
  return static_cast<int>(i - s.insns.data());
}

inline int latest_need(const compiler::Schedule& s, const compiler::ScheduledInsn* i, Engine from) {
  // Its own, or that of an instruction of its engine in front: engines run in order.
  int latest = -1;
  for (int k = 0; k <= index_of(s, i); ++k) {
    const auto& one = s.insns[static_cast<std::size_t>(k)];
    if (engine_of(one.insn) != engine_of(i->insn)) continue;
    latest = std::max(latest, one.needs[static_cast<std::size_t>(from)]);
  }
  return latest;
}

// Rows of a transfer within its tensor.
template <class Transfer>
std::pair<int, int> rows_of(const compiler::ScheduledInsn& i, int row_bytes) {
  const auto& t = std::get<Transfer>(i.insn);
  const int first = static_cast<int>(i.dram_offset) / row_bytes;
  return {first, first + static_cast<int>(t.rows)};
}

inline const compiler::Group& group_of(const compiler::Plan& plan, int layer) {
  return *std::find_if(plan.groups.begin(), plan.groups.end(), [&](const compiler::Group& g) {
    return g.first <= layer && layer <= g.last;
  });
}

// Calls visit(compiled) for random models on as little memory as `kib`, as far as they fit.
template <class Visit>
void each_small(int most, Visit&& visit) {
  int taken = 0;
  for (std::uint64_t seed = 1; seed <= static_cast<std::uint64_t>(most); ++seed) {
    auto random = random_case(seed);
    Random r(seed ^ 0x5b111);
    auto& c = random.config;
    c.array_rows = c.array_cols = c.post_lanes = 8;
    c.dram_bytes_per_cycle = 4;
    c.act_mem_banks = r.pick(std::vector<int>{1, 2, 4, 8});
    c.act_mem_pages = r.pick(std::vector<int>{1, 2, 4});
    c.act_mem_kib = r.pick(std::vector<int>{1, 1, 2, 3});
    INFO("seed " << seed);
    std::unique_ptr<Compiled> one;
    try {
      const auto bytes = random_graph(draw_recipe(seed, c));
      one = std::make_unique<Compiled>(bytes, c, Profile::kTflm);
      one->placed();
    } catch (const Error& e) {
      REQUIRE(e.exit_code() == kExitRejected);
      continue;
    }
    visit(*one);
    ++taken;
  }
  CHECK(taken > most / 2);
}

}  // namespace vernier
