// DEQUANTIZE to float32: f32(scale * (q - z)), numerics.md 2.5.
#include <cstring>

#include "hw_models/golden/codes.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void golden_dequantize(const OpContext& c) {
  check(c.out_info().dtype == DType::kFloat32, "a DEQUANTIZE to float32");
  const float scale = c.in_info(0).quant.scale[0];
  std::uint8_t* y = c.out().bytes.data();
  for (const std::int16_t x : centred_codes(c, 0)) {
    const float value = scale * static_cast<float>(x);
    std::memcpy(y, &value, sizeof value);
    y += sizeof value;
  }
}

}  // namespace vernier::golden
