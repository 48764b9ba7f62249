// One operator made ready for the fast kernels: weights packed, multipliers laid out, once for any
// number of inferences.
#pragma once

#include <memory>

#include "hw_models/golden/fast/aligned.h"
#include "hw_models/golden/fast/level.h"
#include "hw_models/golden/golden.h"

namespace vernier::golden::fast {

class Step {
 public:
  virtual ~Step() = default;
  // Writes every byte of c.out(), which has its size and any content. `c` is that of prepare() with
  // the values of this inference.
  virtual void run(const OpContext& c, Scratch* operands, Scratch* interleaved) const = 0;
};
using StepPtr = std::unique_ptr<const Step>;

// The step of an operator; nullptr where the fast kernels do not cover it and the plain one runs:
// accumulators below 32 bits, rounding A, convolutions in groups, operators without a fast kernel.
// c.values need not hold anything yet.
StepPtr prepare(const OpContext& c, Level level);

// prepare() of one kind of operator each.
StepPtr prepare_conv(const OpContext& c, const KernelTable& table);
StepPtr prepare_depthwise(const OpContext& c, const KernelTable& table);
StepPtr prepare_fully_connected(const OpContext& c, const KernelTable& table);
StepPtr prepare_add(const OpContext& c, const KernelTable& table);
StepPtr prepare_pool(const OpContext& c);
StepPtr prepare_mean(const OpContext& c);       // of height and width of images
StepPtr prepare_transpose(const OpContext& c);  // of codes

}  // namespace vernier::golden::fast
