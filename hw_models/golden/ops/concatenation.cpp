// CONCATENATION along one dimension. Operands quantized like the output are copied; others, which
// only uint8 may have, are rescaled in float (numerics.md 2.5).
#include <algorithm>
#include <cmath>

#include "hw_models/golden/codes.h"
#include "hw_models/golden/kernel.h"
#include "hw_models/golden/movement.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {
namespace {

// k = f32(si * f32(1 / so)); y = clamp(round(f32(f32(x * k) + f32(-zi * k))) + zo)
void rescale(const OpContext& c, std::size_t operand, StridedWalk walk) {
  const TensorInfo& in = c.in_info(operand);
  const TensorInfo& out = c.out_info();
  check(in.dtype == DType::kUint8 && out.dtype == DType::kUint8,
        "CONCATENATION rescales operands of uint8 only");
  const float inverse = 1.0F / out.quant.scale[0];
  const float k = in.quant.scale[0] * inverse;
  const float bias = static_cast<float>(-in.quant.zero_point[0]) * k;
  const Codes x(c, operand);
  std::uint8_t* y = c.out().bytes.data();
  for (std::int64_t e = 0; e < x.count(); walk.next()) {
    for (std::int64_t i = 0; i < walk.run(); ++i, ++e) {
      const float product = static_cast<float>(x[e]) * k;
      const auto code = static_cast<std::int64_t>(std::round(product + bias));
      y[walk.offset() + i] =
          code_byte(std::clamp<std::int64_t>(code + out.quant.zero_point[0], 0, 255));
    }
  }
}

}  // namespace

void golden_concatenation(const OpContext& c) {
  const TensorInfo& out = c.out_info();
  const auto axis = static_cast<std::size_t>(c.op.attrs.axis);
  const Strides strides = dense_strides(out.shape);
  std::int64_t first = 0;  // index along the axis
  for (std::size_t i = 0; i < c.op.inputs.size(); ++i) {
    const TensorInfo& in = c.in_info(i);
    const StridedWalk walk(in.shape, strides, first * strides[axis]);
    if (in.quant.scale == out.quant.scale && in.quant.zero_point == out.quant.zero_point) {
      scatter(c, i, walk);
    } else {
      rescale(c, i, walk);
    }
    first += in.shape[axis];
  }
}

}  // namespace vernier::golden
