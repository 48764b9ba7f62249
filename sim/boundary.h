// Work of the host at the network's ends: QUANTIZE from float32 right at a graph input, DEQUANTIZE
// to float32 right at a graph output (mapping "boundary"). It is golden's kernel of that operator.
#pragma once

#include "hw_models/golden/golden.h"
#include "hw_models/spec/graph.h"
#include "hw_models/spec/program.h"
#include "sim/inputs.h"

namespace vernier {

// Whether layer i is done by the host.
bool is_boundary(const Program& program, std::size_t i);

// What is known before boot: the graph's inputs and what the host makes of them. Other tensors are
// empty.
golden::Values host_inputs(const Program& program, const Graph& graph, const InputSet& inputs);

}  // namespace vernier
