// SUB of operands that broadcast, as ADD with the second operand taken away (numerics.md 2.5), k =
// 20:
//   u = MBQM((x1 - z1) << k, a) - MBQM((x2 - z2) << k, b); y = clampA(MBQM(u, out) + zo)
#include <algorithm>

#include "hw_models/golden/broadcast.h"
#include "hw_models/golden/codes.h"
#include "hw_models/golden/kernel.h"
#include "hw_models/spec/rescale_multipliers.h"

namespace vernier::golden {

void golden_sub(const OpContext& c) {
  const Broadcast at_a(c.in_info(0).shape, c.out_info().shape);
  const Broadcast at_b(c.in_info(1).shape, c.out_info().shape);
  const Codes a(c, 0), b(c, 1);
  const int zero_a = c.in_info(0).quant.zero_point[0];
  const int zero_b = c.in_info(1).quant.zero_point[0];
  const int zero_out = c.out_info().quant.zero_point[0];
  const AddMultipliers m = sub_multipliers(c.graph, c.op);
  const Rounding rounding = c.rounding();
  const ClampRange range = activation_range(c.op.attrs.activation, c.out_info());
  const auto aligned = [&](int x, Multiplier by) {
    return multiply_by_quantized_multiplier(wrap_shift_left(x, m.left_shift), by, rounding);
  };
  std::int64_t i = 0;
  for (std::uint8_t& y : c.out().bytes) {
    const std::int32_t difference =
        aligned(a[at_a(i)] - zero_a, m.a) - aligned(b[at_b(i)] - zero_b, m.b);
    const std::int64_t code =
        std::int64_t{multiply_by_quantized_multiplier(difference, m.out, rounding)} + zero_out;
    y = code_byte(std::clamp<std::int64_t>(code, range.lo, range.hi));
    ++i;
  }
}

}  // namespace vernier::golden
