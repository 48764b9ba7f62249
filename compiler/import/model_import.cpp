#include "compiler/import/model_import.h"

#include <fmt/format.h>

namespace vernier {

std::string ModelImport::tensor_text(int tensor) const {
  const auto* name = record(tensor).name();
  const std::string_view text =
      name == nullptr ? std::string_view() : std::string_view(name->c_str(), name->size());
  return fmt::format("tensor {} \"{}\"", tensor, escaped(text));
}

std::string ModelImport::op_text(int op) const {
  return fmt::format("op {} {}", op, op_name(graph.ops[static_cast<std::size_t>(op)].type));
}

void ModelImport::fail(ErrorId id, std::string_view what) const {
  throw Error(id, where, fmt::format("subgraph 0, {}", what));
}

}  // namespace vernier
