// QUANTIZE, numerics.md 2.5:
//   8-bit codes to 8-bit codes: y = clamp(MBQM(x - zx) + zo), by table
//   float32 to 8-bit codes:     y = clamp(int(round_half_away(f32(v / so))) + zo)
#include <algorithm>
#include <cmath>
#include <cstring>

#include "hw_models/golden/codes.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {
namespace {

std::int64_t code_of(float value, float scale, int zero) {
  const float quotient = std::round(value / scale);
  return static_cast<std::int64_t>(quotient) + zero;
}

void from_float(const OpContext& c) {
  const float scale = c.out_info().quant.scale[0];
  const int zero = c.out_info().quant.zero_point[0];
  const ClampRange range = activation_range(Activation::kNone, c.out_info());
  const std::uint8_t* x = operand_bytes(c, 0);
  for (std::uint8_t& y : c.out().bytes) {
    float value;
    std::memcpy(&value, x, sizeof value);
    x += sizeof value;
    y = code_byte(std::clamp<std::int64_t>(code_of(value, scale, zero), range.lo, range.hi));
  }
}

}  // namespace

void golden_quantize(const OpContext& c) {
  if (c.in_info(0).dtype == DType::kFloat32) {
    from_float(c);
  } else {
    apply_unary(c);
  }
}

}  // namespace vernier::golden
