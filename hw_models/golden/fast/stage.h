// The output stage of a weighted operator in the arrays that the kernels read.
#pragma once

#include "hw_models/golden/fast/aligned.h"
#include "hw_models/golden/fast/kernels.h"
#include "hw_models/golden/kernel.h"

namespace vernier::golden::fast {

class Stage {
 public:
  // Whether a CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED has constant weights, codes on both
  // sides and a rounding that the kernels have.
  static bool covers(const OpContext& c);
  // Of an operator that it covers.
  explicit Stage(const OutputStage& plain);

  // bias[channel] -= value, modulo 2^32.
  void take_from_bias(std::size_t channel, std::uint32_t value);
  // Points into this object.
  Requantizer requantizer() const;

 private:
  Scaling scaling_;
  AlignedVector<std::int32_t> bias_, mantissa_, left_, right_;
  AlignedVector<float> scale_;
  int zero_point_;
  ClampRange clamp_;
};

}  // namespace vernier::golden::fast
