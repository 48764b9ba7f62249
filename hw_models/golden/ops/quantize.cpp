// QUANTIZE int8 to int8: y = clamp(MBQM(x - zx) + zo), numerics.md 2.5.
#include <algorithm>

#include "hw_models/golden/kernel.h"

namespace vernier::golden {

void golden_quantize(const OpContext& c) {
  const Multiplier m = requantize_multiplier(c.graph, c.op);
  const int zero_in = c.in_info(0).quant.zero_point[0];
  const int zero_out = c.out_info().quant.zero_point[0];
  const std::int8_t* x = codes(c, 0);
  std::int8_t* y = c.out().i8();
  const std::int64_t count = element_count(c.out_info().shape);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t scaled =
        multiply_by_quantized_multiplier(x[i] - zero_in, m, c.numerics.rounding);
    y[i] = static_cast<std::int8_t>(std::clamp<std::int64_t>(scaled + zero_out, -128, 127));
  }
}

}  // namespace vernier::golden
