#include "compiler/compile.h"

#include <fmt/format.h>

#include "compiler/passes.h"

namespace vernier::compiler {

std::string layer_text(const Graph& graph, int op) {
  return fmt::format("op {} {}", op, op_name(graph.ops[static_cast<std::size_t>(op)].type));
}

Program compile(const Graph& graph, const HwConfig& config, const CompileOptions& options) {
  check_graph(graph, config, options.rounding);
  Plan plan;
  plan.graph = &graph;
  plan.config = config;
  plan.rounding = options.rounding;
  fold(&plan);
  tile(&plan);
  place(&plan);
  Program program = emit(plan, schedule(plan), !options.timing_only);
  program.profile = options.profile;
  return program;
}

}  // namespace vernier::compiler
