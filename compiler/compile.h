// Graph and machine -> program.
#pragma once

#include "hw_models/spec/graph.h"
#include "hw_models/spec/hw_config.h"
#include "hw_models/spec/numerics.h"
#include "hw_models/spec/program.h"

namespace vernier::compiler {

struct CompileOptions {
  std::string profile = "tflm";
  Rounding rounding = Rounding::kDouble;
};

// Throws Error(CompileOp, CompileFit, CompileLimit, CompileProfile).
Program compile(const Graph& graph, const HwConfig& config, const CompileOptions& options = {});

}  // namespace vernier::compiler
