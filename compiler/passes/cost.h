// What running layers as a group costs, estimated from shapes: the measure by which place() chooses
// groups and strips. It decides cycles, never values.
#pragma once

#include "compiler/passes/stream.h"
#include "compiler/plan.h"

namespace vernier::compiler {

// Channels whose records are loaded together, so that a layer of any width fits their ring.
int record_group(const HwConfig& config);

// Whether a streamed group's constants stay on chip from its first strip to its last.
struct KeptConstants {
  bool weights = false, records = false, tables = false;
};
KeptConstants kept_constants(const Plan& plan, const Group& group);

// Cycles of MAC for output rows of height `rows` of a matrix layer: all its channel tiles, with the
// descriptors in front.
std::int64_t strip_cycles(const Plan& plan, const LayerPlan& layer, int rows);

// Cycles of a group that sends `bytes` through DRAM besides its constants.
std::int64_t streamed_cycles(const Plan& plan, const Stream& stream, const Group& group,
                             std::int64_t bytes);
std::int64_t resident_cycles(const Plan& plan, const Group& group, std::int64_t bytes);

}  // namespace vernier::compiler
