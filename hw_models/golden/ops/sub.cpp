// SUB of operands that broadcast, as ADD with the second operand taken away (numerics.md 2.5), k =
// 20:
//   u = MBQM((x1 - z1) << k, a) - MBQM((x2 - z2) << k, b); y = clampA(MBQM(u, out) + zo)
#include <algorithm>

#include "hw_models/golden/codes.h"
#include "hw_models/golden/strided_walk.h"
#include "hw_models/spec/rescale_multipliers.h"
#include "hw_models/spec/unary_table.h"

namespace vernier::golden {

void golden_sub(const OpContext& c) {
  const Shape& shape = c.out_info().shape;
  const std::vector<std::int16_t> a = centred_codes(c, 0), b = centred_codes(c, 1);
  StridedWalk at_a(shape, broadcast_strides(c.in_info(0).shape, shape));
  StridedWalk at_b(shape, broadcast_strides(c.in_info(1).shape, shape));
  const AddMultipliers m = sub_multipliers(c.graph, c.op);
  const Rounding rounding = unary_rounding(c.op.profile);
  const ClampRange range = activation_range(c.op.attrs.activation, c.out_info());
  const int zero = c.out_info().quant.zero_point[0];
  const auto aligned = [&](std::int16_t x, Multiplier by) {
    return multiply_by_quantized_multiplier(wrap_shift_left(x, m.left_shift), by, rounding);
  };
  for (std::uint8_t& y : c.out().bytes) {
    const std::int32_t difference = aligned(a[static_cast<std::size_t>(at_a.offset())], m.a) -
                                    aligned(b[static_cast<std::size_t>(at_b.offset())], m.b);
    const std::int64_t code =
        std::int64_t{multiply_by_quantized_multiplier(difference, m.out, rounding)} + zero;
    y = code_byte(std::clamp<std::int64_t>(code, range.lo, range.hi));
    at_a.next();
    at_b.next();
  }
}

}  // namespace vernier::golden
