// Graph and machine -> program.
#pragma once

#include "hw_models/spec/graph.h"
#include "hw_models/spec/hw_config.h"
#include "hw_models/spec/program.h"

namespace vernier::compiler {

struct CompileOptions {
  // Weights, parameters and tables are left as zeros of the same sizes at the same addresses: such
  // a program runs without data only, with the same cycles.
  bool timing_only = false;
};

// Rounds each layer by its operator's profile. Throws Error(CompileOp, CompileFit, CompileLimit,
// CompileProfile).
Program compile(const Graph& graph, const HwConfig& config, const CompileOptions& options = {});

}  // namespace vernier::compiler
