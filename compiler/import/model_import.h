// What the steps of one import share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/import/tflite.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/graph.h"
#include "tflite_generated.h"

namespace vernier {

struct ModelImport {
  const std::string& where;
  const ImportLimits& limits;
  const fb::Model& model;
  const fb::SubGraph& subgraph;
  Graph graph;
  std::vector<bool> referenced;  // per tensor: an operator, an input or an output names it

  const fb::Tensor& record(int tensor) const {
    return *subgraph.tensors()->Get(static_cast<unsigned>(tensor));
  }
  // `tensor 5 "name"`, escaped.
  std::string tensor_text(int tensor) const;
  // `op 7 CONV_2D`
  std::string op_text(int op) const;
  // Throws Error of "subgraph 0, <what>".
  [[noreturn]] void fail(ErrorId id, std::string_view what) const;
};

// Fills graph.ops with types and tensor indices, graph.inputs and graph.outputs, and `referenced`.
// Every index is in range; every operator is supported. Throws TflOperator, TflIndex, TflEncoding.
void read_structure(ModelImport& import);

// Fills graph.tensors. Shapes are static and within the limits, quantization vectors are complete,
// scales are positive normal numbers, zero points fit their types; constants have exactly their
// bytes, and are copied when referenced. A tensor that nothing references keeps name and shape.
// Throws TflIndex, TflShape, TflDynamic, TflBufferSize, TflNoQuant, TflScale, TflZeroPoint,
// TflPerChannel, TflEncoding, TflLimit.
void read_tensors(ModelImport& import);

// Every tensor is written at most once, by an operator before all that read it, or is a graph input
// or a constant; every graph output is written by an operator. Throws TflDataflow, TflConstant.
void check_dataflow(const ModelImport& import);

}  // namespace vernier
