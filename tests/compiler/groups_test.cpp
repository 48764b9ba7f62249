// How place() cuts a network into groups: what stays, what streams, what is spilled or sliced, what
// is refused.
#include <algorithm>

#include "compiler/passes/residence.h"
#include "compiler/passes/row_use.h"
#include "tests/compiler/spill_cases.h"

using namespace vernier;
using namespace vernier::compiler;

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
