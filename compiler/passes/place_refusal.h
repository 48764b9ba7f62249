// How networks are refused that no grouping fits into the activation memory. All throw
// Error(CompileFit).
#pragma once

#include "compiler/passes/placer.h"
#include "compiler/plan.h"

namespace vernier::compiler {

// Whether the failed tensor would have room if it could be read beside another one.
bool lacks_port_alone(Placer* placer);
// The tensor that found no room, or no port, when all of them were to be held whole.
[[noreturn]] void refuse_placement(const Plan& plan, Placer* placer);
// A layer that does not fit alone, not even row by row.
[[noreturn]] void refuse_layer(const Plan& plan, int layer);

}  // namespace vernier::compiler
