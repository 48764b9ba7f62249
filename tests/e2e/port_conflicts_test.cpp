// The static checker against the cycle model: a program that it calls legal never has two engines
// on one port, whatever the DRAM's speed, and programs robbed of a token show that both look.
#include <catch2/catch.hpp>

#include "compiler/compile.h"
#include "compiler/import/tflite.h"
#include "hw_models/cycle/core.h"
#include "hw_models/spec/checker.h"
#include "hw_models/spec/error.h"
#include "tests/support/random_graph.h"

using namespace vernier;

namespace {

constexpr std::uint64_t kFirstSeed = 500000;
constexpr int kPrograms = 500;
constexpr int kThefts = 6;  // per program

std::string static_finding(const Program& p) {
  try {
    check_program(p, "test");
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

std::string run_finding(const Program& p) {
  try {
    cycle::RunOptions options;
    options.data = false;
    cycle::Core::instance().run(cycle::decode_program(p, "test"), nullptr, options);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

// Adds `by` to a field of the instruction at pc; false when it has no such field or would go below
// zero.
bool change(Program* p, std::size_t pc, const std::string& field, int by) {
  Instruction i = decode(p->words[pc], "test", pc);
  bool changed = false;
  std::visit(
      [&](auto& one) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, std::monostate>) {
          insn::fields(one, [&](const char* name, std::int64_t& value, int, bool, const char*) {
            if (field != name || value + by < 0) return;
            value += by;
            changed = true;
          });
        }
      },
      i);
  if (changed) p->words[pc] = encode(i);
  return changed;
}

constexpr const char* kNames[] = {"load", "store", "mac", "post"};

// Takes the n-th token from one engine to another away, at both ends. False when there is none.
bool steal_token(Program* p, std::size_t from, std::size_t to, int n) {
  Program robbed = *p;
  std::size_t sender = p->words.size(), taker = p->words.size();
  int sent = 0, taken = 0;
  for (std::size_t pc = 0; pc < p->words.size(); ++pc) {
    const Instruction i = decode(p->words[pc], "test", pc);
    const TokenFields t = token_fields(i);
    const auto engine = static_cast<std::size_t>(engine_of(i));
    if (engine == from && (t.signals[to] || (to == 3 && t.early_post)) && sent++ == n) sender = pc;
    if (engine == to && taken <= n && taken + t.waits[from] > n) taker = pc;
    if (engine == to) taken += t.waits[from];
  }
  if (sender == p->words.size() || taker == p->words.size()) return false;
  if (!change(&robbed, sender, std::string("signal_") + kNames[to], -1)) return false;
  if (!change(&robbed, taker, std::string("wait_") + kNames[from], -1)) return false;
  *p = std::move(robbed);
  return true;
}

}  // namespace

TEST_CASE("What stops the cycle model at a port the static checker has refused before") {
  int legal = 0, refused = 0, stopped = 0;
  for (int n = 0; n < kPrograms; ++n) {
    const std::uint64_t seed = kFirstSeed + static_cast<std::uint64_t>(n);
    const HwConfig config = random_config(seed);
    Program original;
    try {
      original = compiler::compile(import_tflite(random_graph(draw_recipe(seed, config)), "random"),
                                   config);
    } catch (const Error&) {
      continue;  // does not fit this machine
    }
    CAPTURE(seed);
    REQUIRE(static_finding(original) == "");
    Random random(seed);
    for (int theft = 0; theft <= kThefts; ++theft) {
      Program p = original;
      for (int tokens = 0; tokens < theft; ++tokens) {
        const auto from = static_cast<std::size_t>(random.between(0, 3));
        const auto to = static_cast<std::size_t>(random.between(0, 3));
        steal_token(&p, from, to, random.between(0, 3));
      }
      const std::string known = static_finding(p);
      (known.empty() ? legal : refused) += 1;
      for (const int latency : {1, config.dram_latency_cycles, random.between(2, 3000)}) {
        Program q = p;
        q.config.dram_latency_cycles = latency;
        const std::string met = run_finding(q);
        if (met.empty()) continue;
        ++stopped;
        CAPTURE(theft, latency, met);
        REQUIRE(known != "");
      }
    }
  }
  CHECK(legal > kPrograms / 2);
  CHECK(refused > 10);
  CHECK(stopped > 10);
}
