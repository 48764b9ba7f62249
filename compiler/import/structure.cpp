// Operators, their tensor indices, and the graph's inputs and outputs.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/format_names.h"
#include "compiler/import/model_import.h"

namespace vernier {
namespace {

struct OpRow {
  OpType type;
  int code;
  unsigned fewest, most;  // inputs
};
const OpRow kOps[] = {
#define VERNIER_OP(name, fn, tflite, code, fewest, most) {OpType::name, code, fewest, most},
#include "hw_models/spec/ops.def"
#undef VERNIER_OP
};

// Of an operator code's two fields the larger counts: files older than the 32-bit field leave it 0,
// newer ones put a placeholder of 127 in the 8-bit field.
const OpRow& supported_op(const ModelImport& import, int op, unsigned opcode_index) {
  const auto& codes = *import.model.operator_codes();
  if (opcode_index >= codes.size()) {
    import.fail(ErrorId::TflIndex, fmt::format("op {}, field opcode_index: {}, must be 0..{}", op,
                                               opcode_index, int(codes.size()) - 1));
  }
  const fb::OperatorCode& record = *codes.Get(opcode_index);
  const int narrow = record.deprecated_builtin_code();
  const int code = std::max(narrow, record.builtin_code());
  if (narrow >= 0 && record.builtin_code() >= 0) {
    for (const OpRow& row : kOps) {
      if (row.code == code) return row;
    }
  }
  std::string name = builtin_name(code);
  if (narrow < 0 || record.builtin_code() < 0) {
    name = fmt::format("operator code {}", std::min(narrow, record.builtin_code()));
  } else if (const auto* custom = record.custom_code(); code == 32 && custom != nullptr) {
    name += fmt::format(" \"{}\"", escaped(std::string_view(custom->c_str(), custom->size())));
  }
  import.fail(ErrorId::TflOperator,
              fmt::format("op {} {} (code {}): {}; supported: {}", op, name, code,
                          is_control_flow(code) ? "control flow is not supported" : "not supported",
                          supported_ops()));
}

// Options that no supported operator has.
void refuse_foreign_encodings(const ModelImport& import, int op, const fb::Operator& record) {
  const auto refuse = [&](const char* what) {
    import.fail(ErrorId::TflEncoding, fmt::format("{}: {}", import.op_text(op), what));
  };
  if (record.custom_options() != nullptr && record.custom_options()->size() > 0) {
    refuse("custom options (FlexBuffer) are not supported");
  }
  if (record.large_custom_options_offset() != 0 || record.large_custom_options_size() != 0) {
    refuse("custom options outside the FlatBuffer are not supported");
  }
  if (record.builtin_options_2_type() != fb::BuiltinOptions2_NONE) {
    refuse("options of the second union (StableHLO) are not supported");
  }
  if (const auto* mutated = record.mutating_variable_inputs(); mutated != nullptr) {
    if (std::any_of(mutated->begin(), mutated->end(), [](auto m) { return m != 0; })) {
      refuse("an input that the operator changes (a variable) is not supported");
    }
  }
}

// One index list of an operator or of the subgraph; `what` ends with a slot number.
int checked_index(const ModelImport& import, std::int64_t index, bool optional,
                  const std::string& what, unsigned slot) {
  const std::int64_t count = import.subgraph.tensors()->size();
  if (index == -1 && optional) return -1;
  if (index < 0 || index >= count) {
    import.fail(ErrorId::TflIndex,
                fmt::format("{} {}: tensor index {}, must be 0..{} of {} tensors{}", what, slot,
                            index, count - 1, count,
                            index == -1 ? " (-1, absent, is for optional operands only)" : ""));
  }
  return static_cast<int>(index);
}

void read_op(ModelImport& import, int index) {
  const fb::Operator& record = *import.subgraph.operators()->Get(static_cast<unsigned>(index));
  const OpRow& row = supported_op(import, index, record.opcode_index());
  Op op;
  op.type = row.type;
  import.graph.ops.push_back(op);
  refuse_foreign_encodings(import, index, record);

  const unsigned inputs = record.inputs() == nullptr ? 0 : record.inputs()->size();
  const unsigned outputs = record.outputs() == nullptr ? 0 : record.outputs()->size();
  if (inputs < row.fewest || inputs > row.most) {
    import.fail(ErrorId::TflIndex,
                fmt::format("{}: {} inputs, must be {}..{}", import.op_text(index), inputs,
                            row.fewest, row.most));
  }
  if (outputs != 1) {
    import.fail(ErrorId::TflIndex,
                fmt::format("{}: {} outputs, must be 1", import.op_text(index), outputs));
  }
  for (unsigned slot = 0; slot < inputs; ++slot) {
    op.inputs.push_back(checked_index(import, record.inputs()->Get(slot), slot >= row.fewest,
                                      import.op_text(index) + ", input", slot));
  }
  op.outputs.push_back(checked_index(import, record.outputs()->Get(0), false,
                                     import.op_text(index) + ", output", 0));
  import.graph.ops.back() = op;
}

std::vector<int> read_ends(const ModelImport& import, const flatbuffers::Vector<std::int32_t>& list,
                           const char* what) {
  std::vector<int> ends;
  std::vector<bool> seen(import.subgraph.tensors()->size());
  for (unsigned slot = 0; slot < list.size(); ++slot) {
    const int tensor = checked_index(import, list.Get(slot), false, what, slot);
    if (seen[static_cast<std::size_t>(tensor)]) {
      import.fail(ErrorId::TflDataflow,
                  fmt::format("{} {}: {} is listed twice", what, slot, import.tensor_text(tensor)));
    }
    seen[static_cast<std::size_t>(tensor)] = true;
    ends.push_back(tensor);
  }
  return ends;
}

}  // namespace

void read_structure(ModelImport& import) {
  for (int i = 0; i < static_cast<int>(import.subgraph.operators()->size()); ++i) {
    read_op(import, i);
  }
  import.graph.inputs = read_ends(import, *import.subgraph.inputs(), "graph input");
  import.graph.outputs = read_ends(import, *import.subgraph.outputs(), "graph output");

  import.referenced.assign(import.subgraph.tensors()->size(), false);
  const auto mark = [&](const std::vector<int>& tensors) {
    for (const int t : tensors) {
      if (t >= 0) import.referenced[static_cast<std::size_t>(t)] = true;
    }
  };
  mark(import.graph.inputs);
  mark(import.graph.outputs);
  for (const Op& op : import.graph.ops) {
    mark(op.inputs);
    mark(op.outputs);
  }
}

}  // namespace vernier
