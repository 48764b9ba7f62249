// What runs of golden and the cycle model must have in common.
#pragma once

#include <catch2/catch.hpp>

#include "compiler/import/tflite.h"
#include "hw_models/spec/checker.h"
#include "sim/compare.h"
#include "sim/inputs.h"
#include "sim/simulation.h"
#include "tests/support/model_builder.h"

namespace vernier {

// Elements that one run must compare: those of all tensors that operators write.
inline std::int64_t written_elements(const Graph& graph) {
  std::int64_t n = 0;
  for (const auto& op : graph.ops) n += element_count(graph.tensor(op.outputs[0]).shape);
  return n;
}

// Runs the model on golden and cycle with `runs` random inputs; every element agrees and the
// program is legal. Returns the layers of the program.
inline std::vector<LayerInfo> require_agreement(const ModelBuilder& model, const HwConfig& config,
                                                int runs, std::uint64_t seed) {
  const Graph graph = import_tflite(model.bytes(), "agreement.tflite");
  SimulationRequest request;
  request.graph = &graph;
  request.config = config;
  request.levels.golden = request.levels.cycle = true;
  request.inputs = random_inputs(graph, runs, seed);
  SimulationResult result;
  simulate(request, &result);
  if (result.divergences != 0) {
    FAIL(divergence_text(result.divergence, result.program, graph, result.decoded, ""));
  }
  REQUIRE(result.elements_compared > 0);
  REQUIRE_NOTHROW(check_program(result.program, "agreement"));
  return result.program.layers;
}

}  // namespace vernier
