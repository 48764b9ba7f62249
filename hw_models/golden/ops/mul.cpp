// MUL of operands that broadcast: y = clampA(MBQM((x1 - z1) * (x2 - z2)) + zo), numerics.md 2.5.
#include <algorithm>

#include "hw_models/golden/codes.h"
#include "hw_models/golden/strided_walk.h"
#include "hw_models/spec/rescale_multipliers.h"
#include "hw_models/spec/unary_table.h"

namespace vernier::golden {

void golden_mul(const OpContext& c) {
  const Shape& shape = c.out_info().shape;
  const std::vector<std::int16_t> a = centred_codes(c, 0), b = centred_codes(c, 1);
  StridedWalk at_a(shape, broadcast_strides(c.in_info(0).shape, shape));
  StridedWalk at_b(shape, broadcast_strides(c.in_info(1).shape, shape));
  const Multiplier m = mul_multiplier(c.graph, c.op);
  const Rounding rounding = unary_rounding(c.op.profile);
  const ClampRange range = activation_range(c.op.attrs.activation, c.out_info());
  const int zero = c.out_info().quant.zero_point[0];
  for (std::uint8_t& y : c.out().bytes) {
    const std::int32_t product = std::int32_t{a[static_cast<std::size_t>(at_a.offset())]} *
                                 b[static_cast<std::size_t>(at_b.offset())];
    const std::int64_t code =
        std::int64_t{multiply_by_quantized_multiplier(product, m, rounding)} + zero;
    y = code_byte(std::clamp<std::int64_t>(code, range.lo, range.hi));
    at_a.next();
    at_b.next();
  }
}

}  // namespace vernier::golden
