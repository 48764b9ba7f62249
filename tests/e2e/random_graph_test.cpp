// Random graphs on random machines: golden = cycle = Verilated units for every element of every
// tensor, and golden's plain and fast kernels alike.
//
//   VERNIER_SEED=n       runs the graph and the machine of one seed and says what they are
//   VERNIER_FIRST=n      begins at another seed than 1
//   VERNIER_GRAPHS=n     runs n seeds in place of the default; the longer run
//   VERNIER_GRAPH_DIR=d  keeps each graph as d/g<seed>.tflite, a failing one shrunk as g<seed>s
#include "tests/support/random_graph.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <optional>

#include "compiler/import/tflite.h"
#include "hw_models/spec/checker.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "sim/inputs.h"
#include "sim/simulation.h"
#include "tests/support/agreement.h"

using namespace vernier;

namespace {

constexpr std::uint64_t kFirstSeed = 1;
constexpr int kRuns = 2;

// What a graph is run on.
struct Setup {
  Levels levels;
  golden::Kernels kernels = golden::Kernels::kFast;
};

std::optional<std::uint64_t> number_of(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr || *text == '\0') return std::nullopt;
  return std::stoull(text);
}

struct Outcome {
  bool failed = false, refused = false;
  std::string text;  // the divergence or the error
  std::int64_t elements = 0, overflows = 0, vectors = 0;
};

// The model's bytes, kept where the environment asks for it.
std::vector<std::uint8_t> model_of(const GraphRecipe& recipe, const char* suffix) {
  auto bytes = random_graph(recipe);
  const char* dir = std::getenv("VERNIER_GRAPH_DIR");
  if (dir != nullptr && suffix != nullptr) {
    write_file_atomically(fmt::format("{}/g{}{}.tflite", dir, recipe.seed, suffix), bytes);
  }
  return bytes;
}

Outcome run(const GraphRecipe& recipe, const HwConfig& config, const Setup& setup,
            const char* suffix = nullptr) {
  Outcome o;
  try {
    const Graph graph = import_tflite(model_of(recipe, suffix), "random.tflite");
    SimulationRequest request;
    request.graph = &graph;
    request.config = config;
    request.levels = setup.levels;
    request.kernels = setup.kernels;
    request.units.cache_dir = std::string(VERNIER_BINARY_DIR) + "/rtl_cache";
    request.units.quiet = true;
    request.inputs = random_inputs(graph, kRuns, recipe.seed);
    SimulationResult result;
    simulate(request, &result);
    check_program(result.program, "random");
    o.elements = result.elements_compared;
    o.overflows = result.overflows;
    o.vectors = result.unit_vectors;
    if (result.divergences != 0) {
      o.failed = true;
      o.text = divergence_text(result.divergence, result.program, graph, result.decoded, "");
    } else if (o.elements != kRuns * written_elements(graph)) {
      o.failed = true;
      o.text =
          fmt::format("{} elements compared of {}", o.elements, kRuns * written_elements(graph));
    }
  } catch (const Error& e) {
    o.refused = e.id() == ErrorId::CompileOp || e.id() == ErrorId::CompileFit ||
                e.id() == ErrorId::CompileLimit ||
                // uint8 FULLY_CONNECTED, whose codes one step does not always give
                e.id() == ErrorId::CompileProfile;
    o.failed = !o.refused;
    o.text = e.what();
  }
  return o;
}

std::string report(const GraphRecipe& recipe, const HwConfig& config, const Setup& setup) {
  const auto outcome = run(recipe, config, setup);
  const auto least = shrink(
      recipe, [&](const GraphRecipe& smaller) { return run(smaller, config, setup).failed; });
  std::string graph = "(not importable)\n";
  try {
    graph = graph_text(import_tflite(model_of(least, "s"), "random.tflite"));
  } catch (const Error&) {
  }
  return fmt::format("VERNIER_SEED={}\n{}\nshrunk to {} ops, dimensions / {}:\n{}{}\n{}",
                     recipe.seed, outcome.text, least.ops, least.divide, graph,
                     run(least, config, setup).text, canonical_text(config));
}

struct Sum {
  std::uint64_t graphs = 0, refused = 0;
  std::int64_t elements = 0, overflows = 0, vectors = 0;
  std::map<std::string, int> reasons;
};

// The seeds that the environment asks for, else `graphs` of them; fails at the first that does not
// agree. `machine` makes a seed's machine.
template <class Machine>
Sum run_seeds(std::uint64_t graphs, const Setup& setup, const Machine& machine) {
  const auto replay = number_of("VERNIER_SEED");
  const std::uint64_t first = replay.value_or(number_of("VERNIER_FIRST").value_or(kFirstSeed));
  Sum sum;
  sum.graphs = replay ? 1 : number_of("VERNIER_GRAPHS").value_or(graphs);
  for (std::uint64_t seed = first; seed < first + sum.graphs; ++seed) {
    const HwConfig config = machine(seed);
    const GraphRecipe recipe = draw_recipe(seed, config);
    const Outcome o = run(recipe, config, setup, "");
    if (replay) {
      WARN(graph_text(import_tflite(random_graph(recipe), "random.tflite"))
           << canonical_text(config) << o.text);
    }
    if (o.failed) FAIL(report(recipe, config, setup));
    sum.refused += o.refused ? 1 : 0;
    if (o.refused) ++sum.reasons[o.text.substr(0, 16)];
    sum.elements += o.elements;
    sum.overflows += o.overflows;
    sum.vectors += o.vectors;
  }
  std::string reasons;
  for (const auto& [reason, n] : sum.reasons) reasons += fmt::format(" {} {}", reason, n);
  INFO("seeds from " << first << ", " << sum.graphs << " graphs, " << sum.refused << " refused"
                     << reasons << ", " << sum.elements << " elements");
  CHECK((replay || sum.refused * 4 < sum.graphs));
  CHECK((replay || sum.elements > 0));
  return sum;
}

Setup setup_of(bool cycle, bool units, golden::Kernels kernels) {
  Setup s;
  s.levels.golden = true;
  s.levels.cycle = cycle;
  s.levels.units = units;
  s.kernels = kernels;
  return s;
}

}  // namespace

TEST_CASE("random graphs on random machines agree in every element, golden = cycle") {
  const auto sum = run_seeds(4000, setup_of(true, false, golden::Kernels::kFast), random_config);
  // Narrow accumulators did wrap somewhere.
  CHECK((number_of("VERNIER_SEED") || sum.overflows > 0));
}

TEST_CASE("random graphs agree with the Verilated units of three geometries") {
  struct Geometry {
    int rows, cols, lanes, acc_bits;
  };
  for (const auto g : {Geometry{4, 4, 4, 32}, Geometry{8, 16, 2, 20}, Geometry{16, 16, 16, 32}}) {
    INFO(g.rows << " x " << g.cols << ", " << g.lanes << " lanes, " << g.acc_bits << " bits");
    const auto sum =
        run_seeds(300, setup_of(true, true, golden::Kernels::kFast), [&](std::uint64_t seed) {
          HwConfig c = random_config(seed);
          c.array_rows = g.rows;
          c.array_cols = g.cols;
          c.post_lanes = g.lanes;
          c.mac_acc_bits = g.acc_bits;
          c.act_mem_kib = std::max(c.act_mem_kib, 64);
          c.weight_mem_kib = std::max(c.weight_mem_kib, 4);
          return c;
        });
    CHECK((number_of("VERNIER_SEED") || sum.vectors > 10000));
  }
}

TEST_CASE("golden's plain and fast kernels give the same bytes on random graphs") {
  const auto replay = number_of("VERNIER_SEED");
  const std::uint64_t first = replay.value_or(number_of("VERNIER_FIRST").value_or(kFirstSeed));
  const auto graphs = replay ? 1 : number_of("VERNIER_GRAPHS").value_or(2000);
  std::int64_t tensors = 0;
  for (std::uint64_t seed = first; seed < first + graphs; ++seed) {
    const HwConfig config = random_config(seed);
    const GraphRecipe recipe = draw_recipe(seed, config);
    const auto differs = [&](const GraphRecipe& one) {
      const Graph graph = import_tflite(random_graph(one), "random.tflite");
      const auto inputs = random_inputs(graph, 1, seed)[0];
      golden::Numerics plain, fast;
      plain.acc_bits = fast.acc_bits = config.mac_acc_bits;
      plain.kernels = golden::Kernels::kPlain;
      fast.kernels = golden::Kernels::kFast;
      const auto want = golden::run(graph, inputs, plain), got = golden::run(graph, inputs, fast);
      tensors += static_cast<std::int64_t>(graph.ops.size());
      return want != got;
    };
    if (!differs(recipe)) continue;
    const auto least = shrink(recipe, differs);
    FAIL(fmt::format("VERNIER_SEED={}, {} ops, dimensions / {}:\n{}", seed, least.ops, least.divide,
                     graph_text(import_tflite(random_graph(least), "random.tflite"))));
  }
  CHECK(tensors > 0);
}
