#include "compiler/import/tflite.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/format_names.h"
#include "compiler/import/model_file.h"
#include "compiler/import/model_import.h"
#include "compiler/import/op_reader.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/sha256.h"

namespace vernier {
namespace {

void import_op(ModelImport& import, int index) {
  OpReader op(import, index);
  switch (op.op().type) {
#define VERNIER_OP(name, fn, tflite, code, fewest, most) \
  case OpType::name:                                     \
    import_##fn(op);                                     \
    return;
#include "hw_models/spec/ops.def"
#undef VERNIER_OP
  }
}

bool read_by_quantize(const Graph& graph, int tensor) {
  return std::any_of(graph.ops.begin(), graph.ops.end(), [&](const Op& op) {
    return op.type == OpType::Quantize && op.inputs[0] == tensor;
  });
}

// 8 bits with a scale, or float32 that a QUANTIZE takes in. One inference at a time: an input whose
// first of several dimensions is a batch must say 1.
void check_inputs(const ModelImport& import) {
  for (std::size_t i = 0; i < import.graph.inputs.size(); ++i) {
    const int t = import.graph.inputs[i];
    const TensorInfo& info = import.graph.tensor(t);
    const auto place = fmt::format("graph input {} ({})", i, import.tensor_text(t));
    const std::string type = tensor_type_name(import.record(t).type());
    const bool real = type == "float32" && read_by_quantize(import.graph, t);
    if (!real && type != "int8" && type != "uint8") {
      import.fail(ErrorId::TflType,
                  fmt::format("{}: type {}, must be int8, uint8, or float32 read by QUANTIZE",
                              place, type));
    }
    if (!real && info.quant.scale.size() != 1) {
      import.fail(ErrorId::TflNoQuant,
                  fmt::format("{}: {} scales, must be 1", place, info.quant.scale.size()));
    }
    if (info.shape.size() > 1 && info.shape[0] != 1) {
      import.fail(ErrorId::TflDynamic, fmt::format("{}: shape {}, batch {} must be 1", place,
                                                   shape_text(info.shape), info.shape[0]));
    }
  }
}

// Many operators may share one constant, so the work of reading them is bounded by what they read.
void check_work(const ModelImport& import) {
  std::uint64_t bytes = 0;
  for (const Op& op : import.graph.ops) {
    for (const int t : op.inputs) {
      if (t >= 0) bytes += import.graph.tensor(t).data.size();
    }
  }
  if (bytes > import.limits.file_bytes) {
    import.fail(ErrorId::TflLimit,
                fmt::format("the operators read {} bytes of constants, at most {}", bytes,
                            import.limits.file_bytes));
  }
}

}  // namespace

Graph import_tflite(const std::vector<std::uint8_t>& bytes, const std::string& where,
                    const ImportLimits& limits) {
  const fb::Model& model = verified_model(bytes, where, limits);
  ModelImport import{where, limits, model, *model.subgraphs()->Get(0), {}, {}};
  import.graph.file = where;
  import.graph.sha256 = sha256_hex(bytes.data(), bytes.size());
  read_structure(import);
  read_tensors(import);
  check_dataflow(import);
  check_work(import);
  for (int i = 0; i < static_cast<int>(import.graph.ops.size()); ++i) import_op(import, i);
  check_inputs(import);
  return std::move(import.graph);
}

Graph import_tflite_file(const std::string& path, const ImportLimits& limits) {
  // FlatBuffers cannot address more, whatever the limit: refused by its size, before it is read.
  constexpr std::uint64_t kFlatBufferMost = (1ull << 31) - 1;
  return import_tflite(read_file(path, std::min(limits.file_bytes, kFlatBufferMost)), path, limits);
}

}  // namespace vernier
