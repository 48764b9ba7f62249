// The least cycles that any schedule of this machine needs for a layer, from shapes alone.
#pragma once

#include "compiler/plan.h"

namespace vernier::compiler {

// A MAC layer: the greater of
//   ceil(OC / cols) * sum over passes of max(feeding cycles, weight rows of the pass behind it)
//     A pass feeds for P cycles, P output pixels; in depthwise mode for out.h times the row_cycles
//     of pass_feed over whole rows. A weight row loads per cycle. Nothing loads behind the very
//     last pass, and the first one's rows may have come while the layer before it worked.
//   P * ceil(OC / cols) * ceil(min(OC, cols) / lanes)                  the drain's port
// A POST layer: its vectors, one a cycle (softmax: its pixels' fixed length). Others: 0.
// DRAM is no bound of a layer, because weights come ahead of it; it bounds the whole run.
std::int64_t bound_cycles(const Plan& plan, const LayerPlan& layer);

}  // namespace vernier::compiler
