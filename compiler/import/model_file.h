// .tflite bytes -> FlatBuffers tables that are safe to walk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/import/tflite.h"
#include "tflite_generated.h"

namespace vernier {

// The root table of a model whose every offset, vector and string lies inside `bytes`, whose schema
// version is 3, and which has exactly one subgraph with tensors, operators, inputs and outputs, all
// within the limits; operator_codes and buffers are there. The result points into `bytes`.
// Throws Error(TflIdentity, TflDamaged, TflVersion, TflSubgraphs, TflLimit).
const fb::Model& verified_model(const std::vector<std::uint8_t>& bytes, const std::string& where,
                                const ImportLimits& limits);

}  // namespace vernier
