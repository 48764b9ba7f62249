#include "compiler/compile.h"

#include <fmt/format.h>

#include "compiler/passes.h"
#include "compiler/turn.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/profiles.h"

namespace vernier::compiler {

std::string layer_text(const Graph& graph, int op) {
  return fmt::format("op {} {}", op, op_name(graph.ops[static_cast<std::size_t>(op)].type));
}

namespace {

Program compile_as_it_lies(const Graph& graph, const HwConfig& config,
                           const CompileOptions& options) {
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

}  // namespace

// A network of one-row images that does not fit may fit with its pixels as rows; the layers keep
// the model's own shapes.
Program compile(const Graph& graph, const HwConfig& config, const CompileOptions& options) {
  try {
    return compile_as_it_lies(graph, config, options);
  } catch (const Error& e) {
    const bool fit = e.id() == ErrorId::CompileFit || e.id() == ErrorId::CompileLimit;
    const auto other = fit ? turned(graph) : std::nullopt;
    if (!other) throw;
    Program program = [&] {
      try {
        return compile_as_it_lies(*other, config, options);
      } catch (const Error&) {
        throw e;
      }
    }();
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
      program.layers[i].shape_in = graph.tensor(graph.ops[i].inputs[0]).shape;
      program.layers[i].shape_out = graph.tensor(graph.ops[i].outputs[0]).shape;
    }
    return program;
  }
}

}  // namespace vernier::compiler
