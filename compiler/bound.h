// The least cycles that any schedule of this machine needs for a layer, from shapes alone.
#pragma once

#include "compiler/plan.h"

namespace vernier::compiler {

// A MAC layer: the greatest of
//   sum over passes of max(P, rows of the pass) * ceil(OC / cols)      P output pixels
//   P * ceil(OC / cols) * ceil(min(OC, cols) / lanes)                  the drain's port
//   ceil((weight bytes + records) / DRAM width)
// A POST layer: its vectors, one a cycle (softmax: its pixels' fixed length). An alias: 0.
std::int64_t bound_cycles(const Plan& plan, const LayerPlan& layer);

}  // namespace vernier::compiler
