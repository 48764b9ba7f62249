// QUANTIZE: float32 to 8-bit codes, or 8-bit codes to 8-bit codes of another scale, zero point or
// type, y = clamp(MBQM(x - zx) + zo) (numerics.md 2.5).
#include <cstring>

#include "hw_models/golden/codes.h"
#include "hw_models/spec/float_boundary.h"

namespace vernier::golden {

void golden_quantize(const OpContext& c) {
  if (c.in_info(0).dtype != DType::kFloat32) {
    apply_unary(c);
    return;
  }
  const std::uint8_t* x = operand_bytes(c, 0);
  for (std::uint8_t& y : c.out().bytes) {
    float value;
    std::memcpy(&value, x, sizeof value);
    x += sizeof value;
    y = quantize_float(value, c.out_info());
  }
}

}  // namespace vernier::golden
