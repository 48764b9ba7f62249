// Random graphs on random machines: golden = cycle for every element of every tensor.
//
//   VERNIER_SEED=n     runs the graph and the machine of one seed and says what they are
//   VERNIER_GRAPHS=n   runs n seeds in place of the default
#include "tests/support/random_graph.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <optional>

#include "compiler/import/tflite.h"
#include "hw_models/spec/checker.h"
#include "hw_models/spec/error.h"
#include "sim/inputs.h"
#include "sim/simulation.h"

using namespace vernier;

namespace {

constexpr std::uint64_t kFirstSeed = 1;
constexpr int kGraphs = 3000;
constexpr int kRuns = 2;

std::optional<std::uint64_t> number_of(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr || *text == '\0') return std::nullopt;
  return std::stoull(text);
}

struct Outcome {
  bool failed = false, refused = false;
  std::string text;  // the divergence or the error
  std::int64_t elements = 0, overflows = 0;
};

// Elements that a run must compare: those of all tensors that operators write.
std::int64_t written_elements(const Graph& graph) {
  std::int64_t n = 0;
  for (const auto& op : graph.ops) n += element_count(graph.tensor(op.outputs[0]).shape);
  return n;
}

Outcome run(const GraphRecipe& recipe, const HwConfig& config) {
  Outcome o;
  try {
    const Graph graph = import_tflite(random_graph(recipe), "random.tflite");
    SimulationRequest request;
    request.graph = &graph;
    request.config = config;
    request.levels.golden = request.levels.cycle = true;
    request.inputs = random_inputs(graph, kRuns, recipe.seed);
    SimulationResult result;
    simulate(request, &result);
    check_program(result.program, "random");
    o.elements = result.elements_compared;
    o.overflows = result.overflows;
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
                e.id() == ErrorId::CompileLimit;
    o.failed = !o.refused;
    o.text = e.what();
  }
  return o;
}

std::string report(const GraphRecipe& recipe, const HwConfig& config) {
  const auto outcome = run(recipe, config);
  const auto least =
      shrink(recipe, [&](const GraphRecipe& smaller) { return run(smaller, config).failed; });
  std::string graph = "(not importable)\n";
  try {
    graph = graph_text(import_tflite(random_graph(least), "random.tflite"));
  } catch (const Error&) {
  }
  return fmt::format("VERNIER_SEED={}\n{}\nshrunk to {} ops, dimensions / {}:\n{}{}\n{}",
                     recipe.seed, outcome.text, least.ops, least.divide, graph,
                     run(least, config).text, canonical_text(config));
}

}  // namespace

TEST_CASE("random graphs on random machines agree in every element, golden = cycle") {
  const auto replay = number_of("VERNIER_SEED");
  const std::uint64_t first = replay.value_or(kFirstSeed);
  const auto graphs = replay ? 1 : number_of("VERNIER_GRAPHS").value_or(kGraphs);
  std::uint64_t refused = 0;
  std::int64_t elements = 0, overflows = 0;
  std::map<std::string, int> reasons;
  for (std::uint64_t seed = first; seed < first + graphs; ++seed) {
    const HwConfig config = random_config(seed);
    const GraphRecipe recipe = draw_recipe(seed, config);
    const Outcome o = run(recipe, config);
    if (replay) {
      WARN(graph_text(import_tflite(random_graph(recipe), "random.tflite"))
           << canonical_text(config) << o.text);
    }
    if (o.failed) {
      FAIL(report(recipe, config));
    }
    refused += o.refused ? 1 : 0;
    if (o.refused) ++reasons[o.text.substr(0, 16)];
    elements += o.elements;
    overflows += o.overflows;
  }
  for (const auto& [reason, n] : reasons) UNSCOPED_INFO(reason << " " << n);
  INFO(graphs << " graphs, " << refused << " refused, " << elements << " elements");
  CHECK(refused * 4 < graphs);
  if (replay) return;
  CHECK(elements > 0);
  CHECK(overflows > 0);  // narrow accumulators did wrap somewhere
}
