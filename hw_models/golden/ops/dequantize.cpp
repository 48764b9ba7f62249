// DEQUANTIZE of 8-bit codes to float32: f32(scale * (q - z)), numerics.md 2.5.
#include <cstring>

#include "hw_models/golden/codes.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/float_boundary.h"

namespace vernier::golden {

void golden_dequantize(const OpContext& c) {
  check(c.out_info().dtype == DType::kFloat32, "a DEQUANTIZE to float32");
  const std::uint8_t* x = operand_bytes(c, 0);
  std::uint8_t* y = c.out().bytes.data();
  const std::int64_t count = element_count(c.out_info().shape);
  for (std::int64_t i = 0; i < count; ++i) {
    const float value = dequantize_code(x[i], c.in_info(0));
    std::memcpy(y, &value, sizeof value);
    y += sizeof value;
  }
}

}  // namespace vernier::golden
