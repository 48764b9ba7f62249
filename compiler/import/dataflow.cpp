// The order of operators: single assignment, and writers before readers.
#include <fmt/format.h>

#include "compiler/import/model_import.h"

namespace vernier {
namespace {

constexpr int kNobody = -1;
constexpr int kGraphInput = -2;

std::string writer_text(const ModelImport& import, int writer) {
  return writer == kGraphInput ? "the graph's input" : import.op_text(writer);
}

// The first operator that writes a tensor, or kNobody.
int any_writer(const Graph& graph, int tensor) {
  for (std::size_t k = 0; k < graph.ops.size(); ++k) {
    if (graph.ops[k].outputs[0] == tensor) return static_cast<int>(k);
  }
  return kNobody;
}

void check_read(const ModelImport& import, int op, unsigned slot, int tensor) {
  const auto place =
      fmt::format("{}, input {}: {}", import.op_text(op), slot, import.tensor_text(tensor));
  const int later = any_writer(import.graph, tensor);
  if (later == op) {
    import.fail(ErrorId::TflDataflow, place + " is the operator's output as well");
  }
  if (later == kNobody) {
    import.fail(ErrorId::TflConstant,
                place + " has no data: it is no constant, no graph input, and nothing writes it");
  }
  import.fail(ErrorId::TflDataflow,
              fmt::format("{} is read before {} writes it", place, import.op_text(later)));
}

}  // namespace

void check_dataflow(const ModelImport& import) {
  const Graph& graph = import.graph;
  std::vector<int> writer(graph.tensors.size(), kNobody);
  for (const int t : graph.inputs) {
    if (graph.tensor(t).is_constant) {
      import.fail(ErrorId::TflConstant, import.tensor_text(t) + " is a graph input and a constant");
    }
    writer[static_cast<std::size_t>(t)] = kGraphInput;
  }
  for (int i = 0; i < static_cast<int>(graph.ops.size()); ++i) {
    const Op& op = graph.ops[static_cast<std::size_t>(i)];
    for (unsigned slot = 0; slot < op.inputs.size(); ++slot) {
      const int t = op.inputs[slot];
      if (t < 0 || graph.tensor(t).is_constant) continue;
      if (writer[static_cast<std::size_t>(t)] == kNobody) check_read(import, i, slot, t);
    }
    const int out = op.outputs[0];
    const auto place = fmt::format("{}, output 0: {}", import.op_text(i), import.tensor_text(out));
    if (graph.tensor(out).is_constant) {
      import.fail(ErrorId::TflConstant, place + " is a constant, must be written by nobody");
    }
    for (const int t : op.inputs) {
      if (t == out) import.fail(ErrorId::TflDataflow, place + " is the operator's input as well");
    }
    int& w = writer[static_cast<std::size_t>(out)];
    if (w != kNobody) {
      import.fail(ErrorId::TflDataflow,
                  fmt::format("{} is written by {} already", place, writer_text(import, w)));
    }
    w = i;
  }
  for (unsigned slot = 0; slot < graph.outputs.size(); ++slot) {
    const int t = graph.outputs[slot];
    if (writer[static_cast<std::size_t>(t)] < 0) {
      import.fail(ErrorId::TflDataflow, fmt::format("graph output {}: {} is written by no operator",
                                                    slot, import.tensor_text(t)));
    }
  }
}

}  // namespace vernier
