// A program's map for people: which tensor lies where.
#pragma once

#include <string>

#include "hw_models/spec/program.h"

namespace vernier {

// YAML: model and configuration hashes, inputs and outputs in DRAM, and for each layer its op,
// output tensor and place in the activation memory when the layer has ended. Names are escaped.
std::string tensor_map_yaml(const Program& program);

}  // namespace vernier
