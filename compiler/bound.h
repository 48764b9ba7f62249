// The least cycles that any schedule of this machine needs for a layer, from shapes alone.
#pragma once

#include "compiler/plan.h"

namespace vernier::compiler {

// A MAC layer: the greater of
//   sum over passes of max(P, rows of the pass) * ceil(OC / cols)      P output pixels; a weight
//   row
//     loads per cycle. The very first tile's rows may have come while the layer before it worked,
//     so that one pass counts P.
//   P * ceil(OC / cols) * ceil(min(OC, cols) / lanes)                  the drain's port
// A POST layer: its vectors, one a cycle (softmax: its pixels' fixed length). An alias: 0.
// DRAM is no bound of a layer, because weights come ahead of it; it bounds the whole run.
std::int64_t bound_cycles(const Plan& plan, const LayerPlan& layer);

}  // namespace vernier::compiler
