// The compiler's passes in their order, each with what it needs and what it leaves.
#pragma once

#include "compiler/plan.h"
#include "compiler/schedule.h"

namespace vernier::compiler {

// Needs an imported graph. Leaves it as it is; throws Error(Compile..) when a value is beyond what
// instruction fields hold or an operator's profile is none of the requantizer's.
void check_graph(const Graph& graph, const HwConfig& config);

// Lowers each op (lower/<op>.cpp): every LayerPlan's mode, views, constants and multipliers are
// set; power-of-two layers are turned to the barrel shifter.
void fold(Plan* plan);

// Chooses channel or packed mode, the output tile that fits the accumulators, and the chunks of the
// reduction that fit the weight memory.
void tile(Plan* plan);

// Gives every tensor its rows in the activation memory; operands of one ADD never share a port.
// Throws Error(CompileFit) naming the layer.
void place(Plan* plan);

// Orders all instructions, with prefetch, weight preload and tokens.
Schedule schedule(const Plan& plan);

// Encodes: pages, DRAM layout, constants (zeros without `data`), tensor map.
Program emit(const Plan& plan, const Schedule& schedule, bool data = true);

}  // namespace vernier::compiler
