// The schedule pass: everything an instruction needs stands before it, tokens balance, rings are
// never overwritten while their content is wanted.
#include <algorithm>
#include <array>

#include "hw_models/spec/descriptors.h"
#include "hw_models/spec/machine.h"
#include "hw_models/spec/tokens.h"
#include "tests/compiler/plan_cases.h"

using namespace vernier;
using namespace vernier::compiler;

namespace {

constexpr int kPlans = 300;

// Calls visit(plan, schedule) for random plans that the compiler takes.
template <class Visit>
void each_schedule(Visit&& visit) {
  int taken = 0;
  for (std::uint64_t seed = 1; seed <= kPlans; ++seed) {
    const auto random = random_case(seed);
    INFO("seed " << seed);
    std::unique_ptr<Compiled> c;
    try {
      c = std::make_unique<Compiled>(random.bytes, random.config, Profile::kTflm);
      c->placed();
    } catch (const Error& e) {
      REQUIRE(e.exit_code() == kExitRejected);
      continue;
    }
    visit(c->plan, schedule(c->plan));
    ++taken;
  }
  CHECK(taken > kPlans / 2);
}

}  // namespace

TEST_CASE("every instruction stands behind those whose tokens it needs") {
  int needed = 0;
  each_schedule([&](const Plan&, const Schedule& s) {
    for (std::size_t i = 0; i < s.insns.size(); ++i) {
      for (std::size_t from = 0; from < kEngines; ++from) {
        const int p = s.insns[i].needs[from];
        if (p < 0) continue;
        ++needed;
        REQUIRE(p < static_cast<int>(i));
        REQUIRE(static_cast<std::size_t>(engine_of(s.insns[static_cast<std::size_t>(p)].insn)) ==
                from);
      }
    }
  });
  CHECK(needed > 1000);
}

TEST_CASE("an instruction without a field for a token gets a wait in front of it") {
  int waits = 0;
  each_schedule([&](const Plan&, const Schedule& s) {
    for (std::size_t i = 0; i < s.insns.size(); ++i) {
      const auto& one = s.insns[i].insn;
      const bool wait = std::holds_alternative<insn::LoadWait>(one) ||
                        std::holds_alternative<insn::StoreWait>(one) ||
                        std::holds_alternative<insn::MacWait>(one) ||
                        std::holds_alternative<insn::PostWait>(one);
      if (!wait) continue;
      ++waits;
      int tokens = 0;
      for (const int n : token_fields(one).waits) tokens += n;
      REQUIRE(tokens > 0);
      REQUIRE(i + 1 < s.insns.size());
      REQUIRE(engine_of(s.insns[i + 1].insn) == engine_of(one));
    }
  });
  CHECK(waits > 0);
}

TEST_CASE("as many tokens are sent as are taken, and none is taken before it can be sent") {
  each_schedule([&](const Plan&, const Schedule& s) {
    std::array<std::array<int, kEngines>, kEngines> there{};
    for (const auto& one : s.insns) {
      const auto self = static_cast<std::size_t>(engine_of(one.insn));
      const auto tokens = token_fields(one.insn);
      for (std::size_t from = 0; from < kEngines; ++from) {
        there[from][self] -= tokens.waits[from];
        REQUIRE(there[from][self] >= 0);
      }
      for (std::size_t to = 0; to < kEngines; ++to) {
        const bool early = tokens.early_post && to == static_cast<std::size_t>(Engine::Post);
        there[self][to] += tokens.signals[to] || early ? 1 : 0;
      }
    }
    for (const auto& row : there) {
      for (const int left : row) REQUIRE(left == 0);
    }
  });
}

TEST_CASE("weights are not overwritten before the last tile that uses them needs no more") {
  int loads = 0;
  each_schedule([&](const Plan& plan, const Schedule& s) {
    // Per weight row: the last tile that reads it so far.
    std::vector<int> reader(static_cast<std::size_t>(plan.config.weight_words()), -1);
    Registers registers;
    for (std::size_t i = 0; i < s.insns.size(); ++i) {
      registers.load(s.insns[i].insn);
      if (const auto* load = std::get_if<insn::LoadWeights>(&s.insns[i].insn)) {
        REQUIRE(load->w_addr + load->words <= plan.config.weight_words());
        int last = -1;
        for (std::int64_t w = load->w_addr; w < load->w_addr + load->words; ++w) {
          last = std::max(last, reader[static_cast<std::size_t>(w)]);
        }
        // Its own need, or one of a LOAD before it: LOAD runs in order.
        int behind = -1;
        for (std::size_t k = 0; k <= i; ++k) {
          if (engine_of(s.insns[k].insn) != Engine::Load) continue;
          behind = std::max(behind, s.insns[k].needs[static_cast<std::size_t>(Engine::Mac)]);
        }
        REQUIRE(behind >= last);
        ++loads;
      }
      if (const auto* t = std::get_if<insn::MacTile>(&s.insns[i].insn)) {
        const auto passes = passes_from(
            registers.mac.kernel, static_cast<int>(registers.mac.ifmap.channels),
            plan.config.array_rows,
            {static_cast<int>(registers.mac.reduce.ky), static_cast<int>(registers.mac.reduce.kx),
             static_cast<int>(registers.mac.reduce.offset)},
            registers.mac.reduce.passes);
        std::int64_t rows = 0;
        for (const auto& p : passes) rows += p.rows;
        for (std::int64_t w = t->w_addr; w < t->w_addr + rows; ++w) {
          reader[static_cast<std::size_t>(w)] = static_cast<int>(i);
        }
      }
    }
  });
  CHECK(loads > 500);
}

TEST_CASE("a tile that is preloaded gets exactly the rows that the tile before loads ahead") {
  int preloaded = 0;
  each_schedule([&](const Plan& plan, const Schedule& s) {
    const insn::MacTile* before = nullptr;
    Registers registers;
    for (const auto& one : s.insns) {
      registers.load(one.insn);
      const auto* t = std::get_if<insn::MacTile>(&one.insn);
      if (t == nullptr) continue;
      REQUIRE(t->preloaded == (before != nullptr && before->next_rows > 0 ? 1 : 0));
      if (t->preloaded != 0) {
        PassState at{static_cast<int>(registers.mac.reduce.ky),
                     static_cast<int>(registers.mac.reduce.kx),
                     static_cast<int>(registers.mac.reduce.offset)};
        const auto first =
            next_pass(registers.mac.kernel, static_cast<int>(registers.mac.ifmap.channels),
                      plan.config.array_rows, &at);
        REQUIRE(before->next_w_addr == t->w_addr);
        REQUIRE(before->next_rows == first.rows);
        ++preloaded;
      }
      before = t;
    }
    if (before != nullptr) REQUIRE(before->next_rows == 0);
  });
  CHECK(preloaded > 500);
}

TEST_CASE(
    "where all tensors fit, what is loaded comes in front of everything else, what nothing reads "
    "never") {
  int plans = 0;
  each_schedule([&](const Plan& plan, const Schedule& s) {
    if (plan.groups.size() > 1 || plan.groups[0].streamed || plan.groups[0].slices > 1) return;
    std::size_t want = 0;
    for (std::size_t t = 0; t < plan.tensors.size(); ++t) {
      const auto& p = plan.tensors[t];
      const bool own = p.storage == static_cast<int>(t) && p.first < 0;
      if (own && p.is_read()) want += static_cast<std::size_t>(p.planes);
    }
    std::size_t loaded = 0;
    for (std::size_t i = 0; i < s.insns.size(); ++i) {
      if (!std::holds_alternative<insn::LoadAct>(s.insns[i].insn)) continue;
      REQUIRE(i == loaded);
      ++loaded;
    }
    REQUIRE(loaded == want);
    ++plans;
  });
  CHECK(plans > kPlans / 3);
}

// x -> QUANTIZE -> (output), x -> CONV_2D: MAC could read x while POST does.
TEST_CASE("a tile that reads the port of a POST instruction in front waits for it") {
  ModelBuilder m;
  const int x = m.input({1, 6, 6, 4}, 0.3F, 0);
  m.mark_output(m.quantize(x, 0.2F, 1));
  const int w = m.weights({4, 1, 1, 4}, std::vector<std::int8_t>(16, 5), {0.01F});
  m.mark_output(m.conv(x, w, -1, {}, 0.4F, 0));
  Compiled c(m, HwConfig{});
  c.placed();
  const Schedule s = schedule(c.plan);
  int rescale = -1, tiles = 0;
  for (std::size_t i = 0; i < s.insns.size(); ++i) {
    if (std::holds_alternative<insn::PostRescale>(s.insns[i].insn)) rescale = static_cast<int>(i);
    if (!std::holds_alternative<insn::MacTile>(s.insns[i].insn)) continue;
    REQUIRE(rescale >= 0);
    CHECK(s.insns[i].needs[static_cast<std::size_t>(Engine::Post)] >= rescale);
    ++tiles;
  }
  CHECK(tiles == 1);
}
