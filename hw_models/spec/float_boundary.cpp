#include "hw_models/spec/float_boundary.h"

#include <algorithm>
#include <cmath>

#include "hw_models/spec/error.h"
#include "hw_models/spec/numerics.h"

namespace vernier {

std::uint8_t quantize_float(float value, const TensorInfo& codes) {
  const float quotient = std::round(value / codes.quant.scale[0]);
  const bool fits = quotient >= -2147483648.0F && quotient < 2147483648.0F;
  const std::int64_t whole = fits ? static_cast<std::int64_t>(quotient) : INT32_MIN;
  const std::int32_t code = wrap_to(whole + codes.quant.zero_point[0], 32);
  const ClampRange range = activation_range(Activation::kNone, codes);
  return static_cast<std::uint8_t>(std::clamp(code, range.lo, range.hi));
}

float dequantize_code(std::uint8_t byte, const TensorInfo& codes) {
  check(codes.dtype == DType::kInt8 || codes.dtype == DType::kUint8, "codes of 8 bits");
  const int code = codes.dtype == DType::kInt8 ? static_cast<std::int8_t>(byte) : byte;
  return codes.quant.scale[0] * static_cast<float>(code - codes.quant.zero_point[0]);
}

}  // namespace vernier
