// Row rings of streamed groups: how many rows a tensor holds, that so many are enough and one fewer
// is not, and that strips in any order come to an end.
#include "compiler/passes/stream.h"

#include <algorithm>

#include "compiler/passes/placer.h"
#include "tests/compiler/plan_cases.h"

using namespace vernier;
using namespace vernier::compiler;

namespace {

HwConfig with_banks(int banks) {
  HwConfig c;
  c.act_mem_banks = banks;
  return c;
}

int conv(ModelBuilder* m, int x, int channels, int kernel, const OpOptions& o = {}) {
  const int in = m->tensors[static_cast<std::size_t>(x)].shape[3];
  const auto n = static_cast<std::size_t>(channels * kernel * kernel * in);
  const int w = m->weights({channels, kernel, kernel, in}, std::vector<std::int8_t>(n, 3), {0.01F});
  return m->conv(x, w, -1, o, 0.4F, 1);
}

// x -> 1 x 1 -> a -> 3 x 3 -> y
struct Chain {
  ModelBuilder m;
  int x, a, y;
  explicit Chain(int rows = 20, OpOptions o = {}) {
    x = m.input({1, rows, 6, 4}, 0.3F, 0);
    a = conv(&m, x, 4, 1);
    y = conv(&m, a, 4, 3, o);
    m.mark_output(y);
  }
};

// Layers first..last in strips of at most `cap` rows.
Stream cut(const Plan& plan, int first, int last, int cap) {
  Stream s(plan, first, last);
  s.cut(plan, cap);
  return s;
}

const StreamTensor& tensor_of(const Stream& s, int tensor) {
  const auto& list = s.tensors();
  return *std::find_if(list.begin(), list.end(),
                       [&](const StreamTensor& t) { return t.tensor == tensor; });
}

// The chain in strips of `strip` rows, whose middle tensor has `ring` slots to begin with.
Stream chain_with_ring(Compiled* c, const Chain& chain, int strip, int ring) {
  Group g{0, 1, true, 1, {}};
  for (auto& l : c->plan.layers) l.strip_h = strip;
  for (const int t : {chain.x, chain.a, chain.y}) {
    auto& p = c->plan.tensor(t).place;
    p.rows = c->plan.tensor(t).rows.h;
    p.ring = t == chain.a ? ring : 0;
  }
  g.loaded.push_back({chain.x, c->plan.tensor(chain.x).place, 1});
  return Stream::of_group(c->plan, g);
}

int settled_ring(int strip, int ring) {
  const Chain chain;
  Compiled c(chain.m, with_banks(1));
  c.tiled();
  Stream s = chain_with_ring(&c, chain, strip, ring);
  REQUIRE(s.settle());
  return tensor_of(s, chain.a).slots;
}

// Moves one random thing that can move after the other. False when none can before the end.
bool finishes(Stream s, std::uint64_t seed) {
  Random r(seed);
  while (!s.finished()) {
    std::vector<std::size_t> layers, loads;
    for (std::size_t l = 0; l < s.layers().size(); ++l) {
      if (s.ready(l)) layers.push_back(l);
    }
    for (std::size_t t = 0; t < s.tensors().size(); ++t) {
      if (s.can_load(t)) loads.push_back(t);
    }
    if (layers.empty() && loads.empty()) return false;
    if (layers.empty() || (!loads.empty() && r.chance(40))) {
      s.load(r.pick(loads));
    } else {
      s.advance(r.pick(layers));
    }
  }
  return true;
}

}  // namespace

TEST_CASE("a ring of the window's rows and the strip less one is enough, one row fewer grows") {
  // Strips of one row: the window of a 3 x 3 kernel.
  CHECK(settled_ring(1, 3) == 3);
  CHECK(settled_ring(1, 2) == 3);
  // Strips of two: four rows are read while the writer has two ahead of one of them.
  CHECK(settled_ring(2, 5) == 5);
  CHECK(settled_ring(2, 4) == 5);
}

TEST_CASE("a ring begins with the window and one strip, in whole turns of the banks") {
  const Chain chain;
  for (const auto& [banks, slots] : {std::pair{1, 4}, std::pair{2, 4}, std::pair{8, 8}}) {
    Compiled c(chain.m, with_banks(banks));
    c.tiled();
    const Stream s = cut(c.plan, 0, 1, 1);
    CHECK(tensor_of(s, chain.a).slots == slots);
    CHECK(tensor_of(s, chain.a).producer == 0);
    CHECK_FALSE(tensor_of(s, chain.a).stored);
    CHECK(tensor_of(s, chain.y).stored);
    CHECK(tensor_of(s, chain.x).producer == -1);
  }
}

TEST_CASE("what goes to DRAM alone has room for the strip that is stored and the next one") {
  const Chain chain;
  Compiled c(chain.m, with_banks(1));
  c.tiled();
  for (const int cap : {1, 3}) {
    Stream s = cut(c.plan, 0, 1, cap);
    REQUIRE(s.settle());
    CHECK(tensor_of(s, chain.y).slots == 2 * cap);
  }
}

TEST_CASE("a tensor of no more rows than its ring is not a ring") {
  const Chain chain(3);
  Compiled c(chain.m, with_banks(8));
  c.tiled();
  const Stream s = cut(c.plan, 0, 1, 1);
  for (const auto& t : s.tensors()) CHECK(t.slots == t.height);
}

TEST_CASE("a strip is ready when its last row is there and its output's slot is free, not before") {
  const Chain chain;
  Compiled c(chain.m, with_banks(1));
  c.tiled();
  Stream s = chain_with_ring(&c, chain, 1, 3);
  const auto load_next = [&s] {
    REQUIRE(s.can_load(0));
    s.load(0);
  };
  CHECK_FALSE(s.ready(0));
  load_next();
  CHECK(s.ready(0));
  s.advance(0);  // row 0
  CHECK_FALSE(s.ready(0));
  CHECK_FALSE(s.ready(1));  // needs rows 0 and 1
  load_next();
  s.advance(0);
  CHECK(s.ready(1));
  load_next();
  s.advance(0);  // rows 0..2 fill the ring
  load_next();
  CHECK_FALSE(s.ready(0));  // row 3 would take row 0's slot, which output row 1 still reads
  s.advance(1);
  CHECK_FALSE(s.ready(0));
  s.advance(1);
  CHECK(s.ready(0));
}

TEST_CASE("the operand that a residual passes by keeps its rows for as long as the branch takes") {
  ModelBuilder m;
  const int x = m.input({1, 40, 4, 4}, 0.3F, 0);
  int y = x;
  for (int i = 0; i < 4; ++i) y = conv(&m, y, 4, 3);
  m.mark_output(m.add(x, y, {}, 0.5F, 0));
  Compiled c(m, with_banks(1));
  c.tiled();
  Stream s = cut(c.plan, 0, 4, 1);
  REQUIRE(s.settle());
  // Row y of the sum waits for rows up to y + 4 of x.
  CHECK(tensor_of(s, x).slots >= 5);
  CHECK(tensor_of(s, x).slots < 40);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) CHECK(finishes(s, seed));
}

TEST_CASE("a layer that needs all rows at once holds all of them") {
  ModelBuilder m;
  const int x = m.input({1, 30, 5, 4}, 0.3F, 0);
  const int a = conv(&m, x, 4, 1);
  m.mark_output(m.mean(a, {1, 2}, true, 0.3F, 0));
  Compiled c(m, with_banks(1));
  c.tiled();
  Stream s = cut(c.plan, 0, 1, 1);
  REQUIRE(s.settle());
  CHECK(tensor_of(s, a).slots == 30);
  CHECK(tensor_of(s, x).slots < 30);
}

TEST_CASE("loads bring two KiB of rows, at least one row and at most a strip") {
  ModelBuilder m;
  const int x = m.input({1, 100, 64, 4}, 0.3F, 0);  // 256 bytes a row
  m.mark_output(conv(&m, x, 4, 3));
  Compiled c(m, with_banks(1));
  c.tiled();
  CHECK(tensor_of(cut(c.plan, 0, 0, 100), x).load_step == 8);
  CHECK(tensor_of(cut(c.plan, 0, 0, 3), x).load_step == 3);
  ModelBuilder wide;
  const int w = wide.input({1, 100, 600, 4}, 0.3F, 0);
  wide.mark_output(conv(&wide, w, 4, 1));
  Compiled d(wide, with_banks(1));
  d.tiled();
  CHECK(tensor_of(cut(d.plan, 0, 0, 100), w).load_step == 1);
}

TEST_CASE("what a later group reads is stored by the group that makes it") {
  const Chain chain;
  Compiled c(chain.m, with_banks(1));
  c.tiled();
  CHECK(tensor_of(cut(c.plan, 0, 0, 1), chain.a).stored);
  CHECK(tensor_of(cut(c.plan, 1, 1, 1), chain.a).producer == -1);
}

TEST_CASE("settled groups of random models end in whatever order their strips come") {
  int streams = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto random = random_case(seed);
    INFO("seed " << seed);
    try {
      Compiled c(random.bytes, random.config, Profile::kTflm);
      c.tiled();
      const int last = static_cast<int>(c.plan.layers.size()) - 1;
      Random r(seed);
      for (const int cap : {1, 2, 5}) {
        const int first = r.between(0, last);
        Stream s = cut(c.plan, first, r.between(first, last), cap);
        REQUIRE(s.settle());
        for (std::uint64_t order = 1; order <= 3; ++order) REQUIRE(finishes(s, order));
        ++streams;
      }
    } catch (const Error& e) {
      REQUIRE(e.exit_code() == kExitRejected);
    }
  }
  CHECK(streams > 300);
}
