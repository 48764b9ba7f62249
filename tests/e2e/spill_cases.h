// One run of a network that does not fit, and all that is checked of it.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "compiler/import/tflite.h"
#include "hw_models/spec/checker.h"
#include "hw_models/spec/error.h"
#include "sim/inputs.h"
#include "sim/simulation.h"
#include "tests/support/agreement.h"
#include "tests/support/hazards.h"

namespace vernier {

inline std::int64_t activation_loads(const Program& p) {
  std::int64_t n = 0;
  for (std::size_t pc = 0; pc < p.words.size(); ++pc) {
    n += std::holds_alternative<insn::LoadAct>(decode(p.words[pc], "test", pc)) ? 1 : 0;
  }
  return n;
}

// One run of golden and cycle, its program checked; CompileFit and the like are `refused`.
struct SpillOutcome {
  bool failed = false, refused = false;
  std::string text;
  std::int64_t elements = 0, loads = 0;
};

inline SpillOutcome run_spilled(const std::vector<std::uint8_t>& model, const HwConfig& config,
                                std::uint64_t seed) {
  SpillOutcome o;
  try {
    const Graph graph = import_tflite(model, "spill.tflite");
    SimulationRequest request;
    request.graph = &graph;
    request.config = config;
    request.levels.golden = request.levels.cycle = true;
    request.inputs = random_inputs(graph, 1, seed);
    SimulationResult result;
    simulate(request, &result);
    check_program(result.program, "spill");
    o.text = Hazards::of(result.program);
    o.failed = !o.text.empty();
    o.elements = result.elements_compared;
    o.loads = activation_loads(result.program);
    if (result.divergences != 0) {
      o.failed = true;
      o.text = divergence_text(result.divergence, result.program, graph, result.decoded, "");
    } else if (o.elements != written_elements(graph)) {
      o.failed = true;
      o.text = fmt::format("{} elements compared of {}", o.elements, written_elements(graph));
    }
  } catch (const Error& e) {
    o.text = e.what();
    o.refused = o.text.find("E-CMP") != std::string::npos;
    // A model that the importer refuses says nothing of the compiler.
    o.failed = !o.refused && o.text.find("E-TFL") == std::string::npos;
  }
  return o;
}

}  // namespace vernier
