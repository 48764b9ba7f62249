#include "compiler/compile.h"

#include <fmt/format.h>

#include "compiler/passes.h"
#include "hw_models/spec/profiles.h"

namespace vernier::compiler {

std::string layer_text(const Graph& graph, int op) {
  return fmt::format("op {} {}", op, op_name(graph.ops[static_cast<std::size_t>(op)].type));
}

Program compile(const Graph& graph, const HwConfig& config, const CompileOptions& options) {
  check_graph(graph, config);
  Plan plan;
  plan.graph = &graph;
  plan.config = config;
  fold(&plan);
  tile(&plan);
  place(&plan);
  Program program = emit(plan, schedule(plan), !options.timing_only);
  program.profile = profile_text(graph);
  return program;
}

}  // namespace vernier::compiler
