// One simulation: a graph on a machine, at the levels asked for, over a batch of inputs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hw_models/cycle/core.h"
#include "hw_models/golden/golden.h"
#include "hw_models/spec/graph.h"
#include "hw_models/spec/hw_config.h"
#include "hw_models/spec/program.h"
#include "sim/compare.h"
#include "sim/inputs.h"
#include "sim/rtl_plugin.h"

namespace vernier {

struct Levels {
  bool golden = false, cycle = false, units = false;
  // The levels by name in their fixed order.
  std::vector<std::string> names() const;
};

// The operators of `graph` carry their rounding profiles.
struct SimulationRequest {
  const Graph* graph = nullptr;
  HwConfig config;
  Levels levels;
  bool timing_only = false;  // cycles without data; no inputs, no golden
  golden::Kernels kernels = golden::Kernels::kFast;
  std::vector<InputSet> inputs;  // one set per run
  UnitsOptions units;
  cycle::Observer* observer = nullptr;             // sees the first run of the cycle level
  bool keep_values = false;                        // fill SimulationResult::values
  std::function<void(int done, int of)> progress;  // after each run; may be empty
};

struct SimulationResult {
  int runs = 0;
  std::string golden_kernels;          // "fast (avx2)", "plain"; empty without golden
  Program program;                     // empty without the cycle level
  cycle::DecodedProgram decoded;       // refers to program
  cycle::RunResult timing;             // of the first run; cycles cannot depend on data
  std::vector<golden::Values> values;  // golden's where it ran, else the machine's
  std::int64_t tensors_compared = 0, elements_compared = 0;
  std::int64_t unit_vectors = 0;  // vectors compared with the Verilated units
  std::int64_t overflows = 0;     // accumulator wraps over all runs
  int divergences = 0;
  Divergence divergence;  // the first one

  SimulationResult() = default;
  SimulationResult(const SimulationResult&) = delete;  // decoded points into program
  SimulationResult& operator=(const SimulationResult&) = delete;
};

// Whether any instruction gives an arithmetic unit something to do; copies and tables do not.
bool drives_units(const cycle::DecodedProgram& decoded);

// Compiles, then runs level by level, input by input; stops at the first divergence. Throws Error.
void simulate(const SimulationRequest& request, SimulationResult* result);

}  // namespace vernier
