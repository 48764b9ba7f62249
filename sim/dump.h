// All activation tensors of a batch as .npy files, in the layout of oracles/tensors.py: cmp tells
// whether two implementations agree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/spec/graph.h"

namespace vernier {

// Writes into `dir` (made if it is missing):
//   t<index>.npy  for each graph input and each tensor that an op writes, shape [N, ...] over the
//                 runs without the model's batch of 1
//   tensors.json  written last: model, engine, runs, and per tensor index, name, shape, dtype,
//                 scale, zero_point, op and its position (inputs: "INPUT", -1)
// runs[r][i] is tensor i of run r (golden::Values, or a machine's); a tensor that is empty in the
// first run is left out, and then has to be empty in all. `engine` says who computed the values.
// Files appear by rename; a dump that fails removes what it has written. Throws Error(FileWrite).
void dump_tensors(const std::string& dir, const Graph& graph,
                  const std::vector<std::vector<Tensor>>& runs, const std::string& engine);

}  // namespace vernier
