// CONCATENATION along one dimension. Operands quantized like the output are copied; others, which
// only uint8 may have, are rescaled in float (numerics.md 2.5).
#include <algorithm>
#include <cmath>

#include "hw_models/golden/codes.h"
#include "hw_models/golden/strided_walk.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {
namespace {

// k = f32(si * f32(1 / so)); y = clamp(round(f32(f32(x * k) + f32(-zi * k))) + zo)
std::uint8_t rescaled(std::uint8_t x, const TensorInfo& in, const TensorInfo& out) {
  const float inverse = 1.0F / out.quant.scale[0];
  const float k = in.quant.scale[0] * inverse;
  const float bias = static_cast<float>(-in.quant.zero_point[0]) * k;
  const float product = static_cast<float>(x) * k;
  const auto code = static_cast<std::int64_t>(std::round(product + bias));
  return code_byte(std::clamp<std::int64_t>(code + out.quant.zero_point[0], 0, 255));
}

}  // namespace

void golden_concatenation(const OpContext& c) {
  const TensorInfo& out = c.out_info();
  const auto axis = static_cast<std::size_t>(c.op.attrs.axis);
  const Strides strides = dense_strides(out.shape);
  std::uint8_t* y = c.out().bytes.data();
  std::int64_t first = 0;  // index along the axis
  for (std::size_t i = 0; i < c.op.inputs.size(); ++i) {
    const TensorInfo& in = c.in_info(i);
    const bool same =
        in.quant.scale == out.quant.scale && in.quant.zero_point == out.quant.zero_point;
    check(in.dtype == out.dtype && (same || in.dtype == DType::kUint8),
          "CONCATENATION rescales operands of uint8 only");
    const std::uint8_t* x = operand_bytes(c, i);
    StridedWalk walk(in.shape, strides, first * strides[axis]);
    for (std::int64_t e = element_count(in.shape); e > 0; --e, walk.next(), ++x) {
      y[walk.offset()] = same ? *x : rescaled(*x, in, out);
    }
    first += in.shape[axis];
  }
}

}  // namespace vernier::golden
