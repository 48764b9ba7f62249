#include "compiler/import/model_file.h"

#include <fmt/format.h>

#include <cstring>

#include "compiler/import/file_kind.h"
#include "hw_models/spec/error.h"

namespace vernier {
namespace {

// FlatBuffers offsets are 31 bits; its verifier asserts on larger buffers.
constexpr std::uint64_t kFlatBufferMost = (1ull << 31) - 1;
// The schema nests model, subgraph, operator, options; tables that are not read are not entered.
constexpr unsigned kDepthMost = 16;
// Far above any model within the limits, so that one over a limit is told which; the verifier takes
// well under a second for them.
constexpr unsigned kTablesMost = 4'000'000;

template <class Vector>
void require_limit(const Vector* vector, int most, const char* what, const std::string& where) {
  if (vector == nullptr || static_cast<std::uint64_t>(vector->size()) <= std::uint64_t(most)) {
    return;
  }
  throw Error(ErrorId::TflLimit, where,
              fmt::format("{} {}, at most {} are read", vector->size(), what, most));
}

void require_present(bool present, const char* field, const std::string& where) {
  if (!present) throw Error(ErrorId::TflDamaged, where, fmt::format("{} is missing", field));
}

}  // namespace

const fb::Model& verified_model(const std::vector<std::uint8_t>& bytes, const std::string& where,
                                const ImportLimits& limits) {
  if (bytes.size() > limits.file_bytes || bytes.size() > kFlatBufferMost) {
    throw Error(ErrorId::FileTooLarge, where,
                fmt::format("{} bytes, at most {} are read", bytes.size(),
                            std::min(limits.file_bytes, kFlatBufferMost)));
  }
  if (bytes.size() < 8 || std::memcmp(bytes.data() + 4, fb::ModelIdentifier(), 4) != 0) {
    throw Error(ErrorId::TflIdentity, where,
                fmt::format("{}, wanted a .tflite with the identifier \"TFL3\" at byte 4",
                            file_kind(bytes)));
  }
  flatbuffers::Verifier verifier(bytes.data(), bytes.size(), kDepthMost, kTablesMost);
  if (!fb::VerifyModelBuffer(verifier)) {
    throw Error(ErrorId::TflDamaged, where,
                fmt::format("the FlatBuffer of {} bytes holds an offset, vector or string outside "
                            "the file, or more than {} tables",
                            bytes.size(), kTablesMost));
  }
  const fb::Model& model = *fb::GetModel(bytes.data());
  if (model.version() != 3) {
    throw Error(ErrorId::TflVersion, where,
                fmt::format("schema version {}, must be 3", model.version()));
  }
  const unsigned subgraphs = model.subgraphs() == nullptr ? 0 : model.subgraphs()->size();
  if (subgraphs != 1) {
    throw Error(ErrorId::TflSubgraphs, where,
                fmt::format("{} subgraphs, must be 1; control flow is not supported", subgraphs));
  }
  require_present(model.operator_codes() != nullptr, "operator_codes", where);
  require_present(model.buffers() != nullptr, "buffers", where);
  require_limit(model.operator_codes(), limits.ops, "operator codes", where);
  // A buffer per tensor, the empty one, and room for metadata.
  require_limit(model.buffers(), limits.tensors + 1024, "buffers", where);

  const fb::SubGraph& subgraph = *model.subgraphs()->Get(0);
  require_present(subgraph.tensors() != nullptr, "subgraph 0, tensors", where);
  require_present(subgraph.operators() != nullptr, "subgraph 0, operators", where);
  require_present(subgraph.inputs() != nullptr, "subgraph 0, inputs", where);
  require_present(subgraph.outputs() != nullptr, "subgraph 0, outputs", where);
  require_limit(subgraph.operators(), limits.ops, "operators", where);
  require_limit(subgraph.tensors(), limits.tensors, "tensors", where);
  require_limit(subgraph.inputs(), limits.tensors, "inputs", where);
  require_limit(subgraph.outputs(), limits.tensors, "outputs", where);
  require_present(subgraph.operators()->size() > 0, "an operator (the model computes nothing)",
                  where);
  require_present(subgraph.inputs()->size() > 0, "an input of the subgraph", where);
  require_present(subgraph.outputs()->size() > 0, "an output of the subgraph", where);
  return model;
}

}  // namespace vernier
