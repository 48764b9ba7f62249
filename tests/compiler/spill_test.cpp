// Groups that do not fit whole: what is spilled, who waits for it, how transfers follow the rings.
#include <algorithm>
#include <map>

#include "compiler/passes/residence.h"
#include "compiler/passes/row_use.h"
#include "compiler/passes/worklist.h"
#include "hw_models/spec/checker.h"
#include "tests/compiler/plan_cases.h"
#include "tests/support/hazards.h"

using namespace vernier;
using namespace vernier::compiler;

namespace {

HwConfig machine(int kib, int banks, int pages = 1) {
  HwConfig c;
  c.act_mem_kib = kib;
  c.act_mem_banks = banks;
  c.act_mem_pages = pages;
  c.array_rows = c.array_cols = c.post_lanes = 4;
  c.dram_bytes_per_cycle = 4;
  return c;
}

int conv(ModelBuilder* m, int x, int channels, int kernel, const OpOptions& o = {}) {
  const int in = m->tensors[static_cast<std::size_t>(x)].shape[3];
  const auto n = static_cast<std::size_t>(channels * kernel * kernel * in);
  const int w = m->weights({channels, kernel, kernel, in}, std::vector<std::int8_t>(n, 3), {0.01F});
  return m->conv(x, w, -1, o, 0.4F, 1);
}

// rows x 32 bytes -> QUANTIZE -> as many
ModelBuilder rescaled(int rows) {
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

std::vector<const ScheduledInsn*> transfers(const Schedule& s, int tensor, bool stores) {
  std::vector<const ScheduledInsn*> list;
  for (const auto& i : s.insns) {
    const bool is = stores ? std::holds_alternative<insn::StoreAct>(i.insn)
                           : std::holds_alternative<insn::LoadAct>(i.insn);
    if (is && i.tensor == tensor) list.push_back(&i);
  }
  return list;
}

int index_of(const Schedule& s, const ScheduledInsn* i) {
  return static_cast<int>(i - s.insns.data());
}

int latest_need(const Schedule& s, const ScheduledInsn* i, Engine from) {
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
std::pair<int, int> rows_of(const ScheduledInsn& i, int row_bytes) {
  const auto& t = std::get<Transfer>(i.insn);
  const int first = static_cast<int>(i.dram_offset) / row_bytes;
  return {first, first + static_cast<int>(t.rows)};
}

const Group& group_of(const Plan& plan, int layer) {
  return *std::find_if(plan.groups.begin(), plan.groups.end(),
                       [&](const Group& g) { return g.first <= layer && layer <= g.last; });
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

}  // namespace

TEST_CASE("tensors of exactly the memory's bytes stay resident, one row more is streamed") {
  Compiled fits(rescaled(16), machine(1, 1));
  fits.placed();
  REQUIRE(fits.plan.groups.size() == 1);
  CHECK_FALSE(fits.plan.groups[0].streamed);
  CHECK(fits.plan.tensor(1).place.ring == 0);
  Compiled over(rescaled(17), machine(1, 1));
  over.placed();
  REQUIRE(over.plan.groups.size() == 1);
  CHECK(over.plan.groups[0].streamed);
  CHECK(over.plan.tensor(1).place.ring > 0);
  CHECK(over.plan.tensor(1).place.ring < 17);
}

TEST_CASE("groups follow each other without a gap and cover all layers once") {
  int several = 0;
  each_small(200, [&](const Compiled& c) {
    int next = 0;
    const int count = static_cast<int>(c.plan.layers.size());
    for (const auto& g : c.plan.groups) {
      REQUIRE(g.first == next);
      REQUIRE((g.last >= g.first || (g.first == count && &g == &c.plan.groups.back())));
      next = g.last + 1;
    }
    REQUIRE(next == count);
    several += c.plan.groups.size() > 1 ? 1 : 0;
  });
  CHECK(several > 10);
}

TEST_CASE(
    "a tensor is spilled exactly when a later group reads it or it is an output before the end") {
  int spilled = 0;
  each_small(200, [&](const Compiled& c) {
    for (const auto& l : c.plan.layers) {
      const auto& t = c.plan.tensor(l.output);
      if (t.storage != l.output || l.op != t.first) continue;
      if (l.mode != LayerPlan::Mode::kMatmul && l.mode != LayerPlan::Mode::kVector) continue;
      REQUIRE(t.spilled == (t.last > group_of(c.plan, l.op).last));
      spilled += t.spilled ? 1 : 0;
    }
  });
  CHECK(spilled > 50);
}

TEST_CASE("what a group reads and does not make is loaded in that group, nothing else") {
  each_small(200, [&](const Compiled& c) {
    for (const auto& g : c.plan.groups) {
      if (g.first > g.last || c.plan.groups.size() == 1) continue;
      std::vector<int> want, have;
      for (int i = g.first; i <= g.last; ++i) {
        for (const auto& u : row_uses(c.plan, c.layer(static_cast<std::size_t>(i)))) {
          const bool made = c.plan.tensor(u.tensor).first >= g.first;
          if (!made && std::find(want.begin(), want.end(), u.tensor) == want.end()) {
            want.push_back(u.tensor);
          }
        }
      }
      for (const auto& l : g.loaded) have.push_back(l.tensor);
      std::sort(want.begin(), want.end());
      std::sort(have.begin(), have.end());
      REQUIRE(want == have);
    }
  });
}

TEST_CASE("each row of a spilled tensor is loaded behind the STORE that took just this row") {
  const Pooled net;
  Compiled c(net.m, machine(2, 1));
  c.placed();
  REQUIRE(c.plan.groups.size() > 1);
  REQUIRE(c.plan.tensor(net.a).spilled);
  const Schedule s = schedule(c.plan);
  const auto stores = transfers(s, net.a, true), loads = transfers(s, net.a, false);
  REQUIRE(stores.size() > 1);
  REQUIRE(loads.size() > 1);
  std::map<int, int> store_of;  // row: index
  for (const auto* i : stores) {
    const auto [first, end] = rows_of<insn::StoreAct>(*i, 80);
    for (int y = first; y < end; ++y) {
      CHECK(store_of.count(y) == 0);
      store_of[y] = index_of(s, i);
    }
  }
  CHECK(store_of.size() == 30);
  for (const auto* i : loads) {
    if (std::get<insn::LoadAct>(i->insn).row_bytes != 80) continue;  // a slice
    const auto [first, end] = rows_of<insn::LoadAct>(*i, 80);
    int last = -1;
    for (int y = first; y < end; ++y) last = std::max(last, store_of.at(y));
    CHECK(latest_need(s, i, Engine::Store) >= last);
  }
}

TEST_CASE("a load of a spilled tensor waits for the STOREs of just its rows") {
  ModelBuilder m;
  const int x = m.input({1, 24, 6, 4}, 0.3F, 0);
  const int a = conv(&m, x, 4, 3);
  const int y = conv(&m, a, 4, 3);
  m.mark_output(y);
  Compiled c(m, machine(8, 1));
  c.tiled();
  // Two streamed groups whose tensors have bytes of their own: only rows can make anyone wait.
  const auto place = [](int base, int ring) {
    Placement p;
    p.base = base;
    p.rows = 24;
    p.row_bytes = p.row_pitch = 24;
    p.ring = ring;
    return p;
  };
  for (auto& l : c.plan.layers) l.strip_h = l.matmul.tile_h = 4;
  c.plan.tensor(a).place = place(1000, 8);
  c.plan.tensor(a).spilled = true;
  c.plan.tensor(y).place = place(2000, 8);
  c.plan.groups = {{0, 0, true, 1, {{x, place(0, 0), 24}}},
                   {1, 1, true, 1, {{a, place(4000, 0), 6}}}};
  const WorkList list = make_work(c.plan);
  int loads = 0;
  for (const auto& l : list.loads) {
    if (l.kind != LoadWork::Kind::kAct || l.tensor != a) continue;
    const int first = static_cast<int>(l.dram_offset) / 24, end = first + 6;
    std::vector<int> want;
    for (std::size_t n = 0; n < list.work.size(); ++n) {
      const auto* s = std::get_if<insn::StoreAct>(&list.work[n].insn);
      if (s == nullptr || list.work[n].tensor != a) continue;
      const int y0 = static_cast<int>(list.work[n].dram_offset) / 24;
      if (y0 < end && first < y0 + s->rows) want.push_back(static_cast<int>(n));
    }
    CHECK(want.size() == 2);  // rows 0..5 are of strips 0..3 and 4..7
    CHECK(l.behind == want);
    ++loads;
  }
  CHECK(loads == 4);
}

TEST_CASE("transfers are cut where the ring wraps, and rows y and y + ring lie in the same bytes") {
  int wraps = 0;
  each_small(150, [&](const Compiled& c) {
    const Schedule s = schedule(c.plan);
    for (const auto& g : c.plan.groups) {
      if (!g.streamed || g.first > g.last) continue;
      for (const auto& l : g.loaded) {
        const auto& p = l.place;
        if (p.ring == 0) continue;
        // Whole turns of the banks, or less than one.
        const int banks = c.plan.config.act_mem_banks;
        REQUIRE((p.ring % banks == 0 || p.ring < banks));
        REQUIRE(p.slot(p.ring) == p.slot(0));
      }
    }
    for (const auto& i : s.insns) {
      const auto* store = std::get_if<insn::StoreAct>(&i.insn);
      if (store == nullptr) continue;
      const auto& p = c.plan.tensor(c.plan.tensor(i.tensor).storage).place;
      if (p.ring == 0 || c.plan.tensor(i.tensor).first < 0) continue;
      const int y = static_cast<int>(i.dram_offset) / p.row_bytes;
      const int g = p.bank + p.slot(y), banks = c.plan.config.act_mem_banks;
      REQUIRE(p.slot(y) + store->rows <= p.ring);
      REQUIRE(store->base == p.base + g / banks * p.row_pitch);
      REQUIRE(store->bank == g % banks);
      wraps += y >= p.ring ? 1 : 0;
    }
  });
  CHECK(wraps > 100);
}

TEST_CASE("every row of every loaded and stored tensor is transferred once in a group") {
  each_small(100, [&](const Compiled& c) {
    const Schedule s = schedule(c.plan);
    std::map<int, std::vector<int>> stored;
    for (const auto& i : s.insns) {
      const auto* store = std::get_if<insn::StoreAct>(&i.insn);
      if (store == nullptr) continue;
      const auto& t = c.plan.tensor(c.plan.tensor(i.tensor).storage);
      auto& rows = stored[i.tensor];
      rows.resize(static_cast<std::size_t>(t.rows.h));
      const auto y = static_cast<std::int64_t>(i.dram_offset) / store->row_bytes;
      for (std::int64_t k = y; k < y + store->rows; ++k) ++rows.at(static_cast<std::size_t>(k));
    }
    for (const int t : c.plan.outputs) REQUIRE(stored.count(t) == 1);
    for (const auto& [tensor, rows] : stored) {
      for (const int n : rows) REQUIRE(n == 1);
    }
  });
}

TEST_CASE("tensors of one group never share a byte while both hold values") {
  int compared = 0;
  each_small(200, [&](const Compiled& c) {
    for (const auto& g : c.plan.groups) {
      if (!g.streamed || g.first > g.last) continue;
      std::vector<Placement> all;
      for (const auto& l : g.loaded) all.push_back(l.place);
      for (int i = g.first; i <= g.last; ++i) {
        const auto& l = c.layer(static_cast<std::size_t>(i));
        const bool writes =
            l.mode == LayerPlan::Mode::kMatmul || l.mode == LayerPlan::Mode::kVector;
        if (writes) all.push_back(c.plan.tensor(l.output).place);
      }
      for (std::size_t a = 0; a < all.size(); ++a) {
        REQUIRE(span_of(c.plan.config, all[a]).end <= c.plan.config.act_bank_bytes());
        for (std::size_t b = 0; b < a; ++b) {
          REQUIRE_FALSE(share_bytes(c.plan.config, all[a], all[b]));
          ++compared;
        }
      }
    }
  });
  CHECK(compared > 100);
}

TEST_CASE("a pool over an image that does not fit takes its channels in slices, as few as fit") {
  ModelBuilder m;
  const int x = m.input({1, 16, 16, 8}, 0.3F, 0);
  OpOptions o;
  o.same = false;
  o.filter_h = o.filter_w = 16;
  m.mark_output(m.average_pool(x, o));
  // 2 KiB of input and 8 bytes of output: half of the channels fit 2 KiB, a quarter 1 KiB.
  for (const auto& [kib, slices] : {std::pair{3, 1}, std::pair{2, 2}, std::pair{1, 4}}) {
    Compiled c(m, machine(kib, 1));
    c.placed();
    REQUIRE(c.plan.groups.size() == 1);
    CHECK(c.plan.groups[0].slices == slices);
    CHECK_FALSE(c.plan.groups[0].streamed);
    const Schedule s = schedule(c.plan);
    const auto loads = transfers(s, x, false);
    std::int64_t bytes = 0;
    for (const auto* l : loads) {
      const auto& i = std::get<insn::LoadAct>(l->insn);
      bytes += i.rows * i.row_bytes;
    }
    CHECK(bytes == 16 * 16 * 8);
    int pools = 0;
    for (const auto& i : s.insns) pools += std::holds_alternative<insn::PostPool>(i.insn) ? 1 : 0;
    CHECK(pools == slices);
  }
}

TEST_CASE("a slice is not loaded over the one before it until the pool has read that") {
  ModelBuilder m;
  const int x = m.input({1, 16, 16, 8}, 0.3F, 0);
  OpOptions o;
  o.same = false;
  o.filter_h = o.filter_w = 16;
  m.mark_output(m.average_pool(x, o));
  Compiled c(m, machine(1, 1));
  c.placed();
  const Schedule s = schedule(c.plan);
  int pool = -1, behind = 0;
  for (std::size_t i = 0; i < s.insns.size(); ++i) {
    if (std::holds_alternative<insn::PostPool>(s.insns[i].insn)) pool = static_cast<int>(i);
    if (!std::holds_alternative<insn::LoadAct>(s.insns[i].insn) || pool < 0) continue;
    CHECK(latest_need(s, &s.insns[i], Engine::Post) == pool);
    ++behind;
  }
  CHECK(behind == 3 * 256);
}

TEST_CASE("an input that is an output goes through behind all layers where not all tensors fit") {
  ModelBuilder m;
  const int x = m.input({1, 40, 8, 4}, 0.3F, 0);
  const int same = m.reshape(x, {1, 40, 4, 8});
  m.mark_output(same);
  m.mark_output(conv(&m, conv(&m, x, 4, 3), 4, 3));
  Compiled c(m, machine(1, 1));
  c.placed();
  REQUIRE(c.plan.groups.size() >= 2);
  const Group& last = c.plan.groups.back();
  CHECK(last.first > last.last);
  REQUIRE(last.loaded.size() == 1);
  CHECK(last.loaded[0].tensor == x);
  CHECK(last.loaded[0].place.slots() == 32);  // 1280 bytes through 1024
  const Schedule s = schedule(c.plan);
  std::int64_t rows = 0;
  for (const auto* i : transfers(s, same, true)) rows += std::get<insn::StoreAct>(i->insn).rows;
  CHECK(rows == 40);
}

TEST_CASE("a graph output that a later group reads is stored once and loaded from there") {
  const Pooled net;
  ModelBuilder m = net.m;
  m.mark_output(net.a);
  Compiled c(m, machine(2, 1));
  c.placed();
  const Schedule s = schedule(c.plan);
  const Program p = emit(c.plan, s);
  const auto d = std::find_if(p.outputs.begin(), p.outputs.end(),
                              [&](const DramTensor& t) { return t.tensor == net.a; });
  REQUIRE(d != p.outputs.end());
  int stored = 0, loaded = 0;
  for (std::size_t pc = 0; pc < p.words.size(); ++pc) {
    const Instruction i = decode(p.words[pc], "test", pc);
    const auto inside = [&](std::int64_t addr) {
      return addr >= d->addr && addr < d->addr + d->bytes;
    };
    if (const auto* st = std::get_if<insn::StoreAct>(&i)) {
      stored += inside(st->dram_addr) ? static_cast<int>(st->rows) : 0;
    }
    if (const auto* l = std::get_if<insn::LoadAct>(&i)) loaded += inside(l->dram_addr) ? 1 : 0;
  }
  CHECK(stored == 30);
  CHECK(loaded > 0);
}

TEST_CASE("programs of streamed groups are legal and leave no two engines at the same bytes") {
  each_small(120, [&](const Compiled& c) {
    const Program p = emit(c.plan, schedule(c.plan));
    REQUIRE_NOTHROW(check_program(p, "small"));
    REQUIRE(Hazards::of(p) == "");
  });
}

TEST_CASE("a load moved onto bytes that another engine uses is a hazard") {
  Compiled c(rescaled(40), machine(1, 1));
  c.placed();
  const Program p = emit(c.plan, schedule(c.plan));
  REQUIRE(Hazards::of(p) == "");
  int found = 0, moved = 0;
  for (std::size_t pc = 0; pc < p.words.size(); ++pc) {
    const Instruction i = decode(p.words[pc], "test", pc);
    const auto* l = std::get_if<insn::LoadAct>(&i);
    if (l == nullptr) continue;
    insn::LoadAct other = *l;
    other.base = c.plan.tensor(1).place.base;  // the rows that POST writes and STORE reads
    Program q = p;
    q.words[pc] = encode(other);
    ++moved;
    found += Hazards::of(q).empty() ? 0 : 1;
  }
  CHECK(moved >= 4);
  CHECK(found >= moved / 2);
}

TEST_CASE(
    "a ring has at most the 4095 slots that POST's descriptor holds, whatever strips ask for") {
  ModelBuilder m;
  const int x = m.input({1, 8188, 1, 4}, 0.3F, 0);
  m.mark_output(conv(&m, conv(&m, x, 4, 1), 4, 3));
  HwConfig config = machine(16, 16);
  config.acc_mem_entries = 4096;  // strips of 2047 rows, windows and all 4096
  Compiled c(m, config);
  c.placed();
  int rings = 0;
  for (const auto& t : c.plan.tensors) {
    CHECK(t.place.ring <= 4095);
    rings += t.place.ring > 0 ? 1 : 0;
  }
  CHECK(rings > 0);
  CHECK_NOTHROW(emit(c.plan, schedule(c.plan)));
}

TEST_CASE("what cannot be held even row by row is refused with the layer and its tensor") {
  ModelBuilder m;
  m.mark_output(m.quantize(m.input({1, 4, 600, 1}, 0.5F, 0), 0.3F, 0));
  Compiled c(m, machine(1, 1));
  CHECK_THROWS_WITH(c.placed(), Catch::StartsWith("error[E-CMP-002]: net.tflite: ") &&
                                    Catch::Contains("act_mem holds 1024 bytes") &&
                                    Catch::Contains("enlarge act_mem.kib"));
  // Two rows of each: one is read or stored while the next one comes.
  for (const int width : {256, 257}) {
    ModelBuilder narrow;
    narrow.mark_output(narrow.quantize(narrow.input({1, 4, width, 1}, 0.5F, 0), 0.3F, 0));
    Compiled one(narrow, machine(1, 1));
    if (width == 256) {
      CHECK_NOTHROW(one.placed());
    } else {
      CHECK_THROWS_AS(one.placed(), Error);
    }
  }
}
