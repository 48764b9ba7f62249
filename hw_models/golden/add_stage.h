// The arithmetic of ADD.
#pragma once

#include "hw_models/golden/golden.h"
#include "hw_models/spec/multipliers.h"

namespace vernier::golden {

// One output element on its way: operands on the common scale, their sum, the sum on the output's
// scale, + output zero point, limited to the fused activation's codes.
struct AddStages {
  std::int32_t a, b;
  std::int32_t accumulate, scale;
  std::int64_t zero_point;
  int clamp;
};

// ADD of int8 or uint8 (numerics.md 2.5), k = 20:
//   u = MBQM((x1 - z1) << k, a) + MBQM((x2 - z2) << k, b); y = clampA(MBQM(u, out) + zo)
// Under profile f32 what XNNPACK does (numerics.md 2.6), multipliers of 21 bits, one shift n:
//   y = clampA(((x1 - z1) * a + (x2 - z2) * b + 2^(n-1)) >> n) + zo)
class AddStage {
 public:
  explicit AddStage(const OpContext& c);
  AddStages stages(int x1, int x2) const;

 private:
  Rounding rounding_;
  AddMultipliers multipliers_;
  ShiftedAdd shifted_;  // profile f32
  int zero_a_, zero_b_, zero_out_;
  ClampRange clamp_;
};

}  // namespace vernier::golden
