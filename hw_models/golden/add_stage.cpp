#include "hw_models/golden/add_stage.h"

#include <algorithm>

namespace vernier::golden {

AddStage::AddStage(const OpContext& c)
    : rounding_(c.rounding()),
      zero_a_(c.in_info(0).quant.zero_point[0]),
      zero_b_(c.in_info(1).quant.zero_point[0]),
      zero_out_(c.out_info().quant.zero_point[0]),
      clamp_(activation_range(c.op.attrs.activation, c.out_info())) {
  if (rounding_ == Rounding::kFloat32) {
    shifted_ = shifted_add(c.graph, c.op);
  } else {
    multipliers_ = add_multipliers(c.graph, c.op);
  }
}

AddStages AddStage::stages(int x1, int x2) const {
  AddStages s;
  if (rounding_ == Rounding::kFloat32) {
    s.a = (x1 - zero_a_) * shifted_.a;
    s.b = (x2 - zero_b_) * shifted_.b;
    s.accumulate = s.a + s.b;  // below 2^30
    s.scale = shift_round(s.accumulate, shifted_.right_shift, Rounding::kSingle);
  } else {
    const AddMultipliers& m = multipliers_;
    s.a = multiply_by_quantized_multiplier(wrap_shift_left(x1 - zero_a_, m.left_shift), m.a,
                                           rounding_);
    s.b = multiply_by_quantized_multiplier(wrap_shift_left(x2 - zero_b_, m.left_shift), m.b,
                                           rounding_);
    s.accumulate = s.a + s.b;  // below 2^29
    s.scale = multiply_by_quantized_multiplier(s.accumulate, m.out, rounding_);
  }
  s.zero_point = std::int64_t{s.scale} + zero_out_;
  s.clamp = static_cast<int>(std::clamp<std::int64_t>(s.zero_point, clamp_.lo, clamp_.hi));
  return s;
}

}  // namespace vernier::golden
