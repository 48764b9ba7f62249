// Operators of two operands that broadcast, element by element.
#pragma once

#include <algorithm>
#include <cstdint>

#include "hw_models/golden/broadcast.h"
#include "hw_models/golden/codes.h"
#include "hw_models/golden/kernel.h"

namespace vernier::golden {

// y = clampA(MBQM(f(x1 - z1, x2 - z2), m) + zo) for every element of the output.
template <class Function>
void combine_pairs(const OpContext& c, Multiplier m, Function&& f) {
  const Broadcast at_a(c.in_info(0).shape, c.out_info().shape);
  const Broadcast at_b(c.in_info(1).shape, c.out_info().shape);
  const Codes a(c, 0), b(c, 1);
  const int zero_a = c.in_info(0).quant.zero_point[0];
  const int zero_b = c.in_info(1).quant.zero_point[0];
  const int zero_out = c.out_info().quant.zero_point[0];
  const Rounding rounding = c.rounding();
  const ClampRange range = activation_range(c.op.attrs.activation, c.out_info());
  std::int64_t i = 0;
  for (std::uint8_t& y : c.out().bytes) {
    const std::int32_t value = f(a[at_a(i)] - zero_a, b[at_b(i)] - zero_b);
    const std::int64_t code =
        std::int64_t{multiply_by_quantized_multiplier(value, m, rounding)} + zero_out;
    y = code_byte(std::clamp<std::int64_t>(code, range.lo, range.hi));
    ++i;
  }
}

}  // namespace vernier::golden
