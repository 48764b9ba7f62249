// The transfers of groups that do not fit whole: who waits for whom, how they follow the rings, and
// that no two engines meet at the same bytes.
#include <algorithm>
#include <map>

#include "compiler/passes/worklist.h"
#include "hw_models/spec/checker.h"
#include "tests/compiler/spill_cases.h"
#include "tests/support/hazards.h"

using namespace vernier;
using namespace vernier::compiler;

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
