#include "hw_models/golden/kernel.h"

#include <algorithm>
#include <cstring>

#include "hw_models/spec/error.h"

namespace vernier::golden {

const std::int8_t* codes(const OpContext& c, std::size_t i) {
  const TensorInfo& info = c.in_info(i);
  check(info.dtype == DType::kInt8, "a golden kernel on a type other than int8");
  return info.is_constant ? reinterpret_cast<const std::int8_t*>(info.data.data()) : c.in(i).i8();
}

std::vector<std::int16_t> widened(const std::int8_t* codes, std::int64_t count, int zero_point) {
  std::vector<std::int16_t> wide(static_cast<std::size_t>(count));
  const auto zero = static_cast<std::int16_t>(zero_point);
  for (std::size_t i = 0; i < wide.size(); ++i) {
    wide[i] = static_cast<std::int16_t>(codes[i] - zero);
  }
  return wide;
}

std::uint32_t dot(const std::int16_t* a, const std::int16_t* b, std::int64_t count) {
  // |a| <= 255 and |b| <= 255, so this many products cannot leave a signed 32-bit sum.
  constexpr std::int64_t kChunk = 32768;
  std::uint32_t total = 0;
  for (std::int64_t begin = 0; begin < count; begin += kChunk) {
    const std::int64_t end = std::min(begin + kChunk, count);
    std::int32_t sum = 0;
    for (std::int64_t i = begin; i < end; ++i) sum += std::int32_t{a[i]} * b[i];
    total += static_cast<std::uint32_t>(sum);
  }
  return total;
}

Images::Images(const Shape& shape) : n(1), h(1), w(1), c(1) {
  check(shape.size() == 4, "an operator on images needs tensors of rank 4");
  n = shape[0], h = shape[1], w = shape[2], c = shape[3];
}

OutputStage::OutputStage(const OpContext& c)
    : numerics_(c.numerics),
      multipliers_(conv_multipliers(c.graph, c.op)),
      bias_(multipliers_.size()),
      zero_point_(c.out_info().quant.zero_point[0]),
      clamp_(activation_range(c.op.attrs.activation, c.out_info())) {
  if (c.op.inputs.size() < 3 || c.op.inputs[2] < 0) return;
  const TensorInfo& bias = c.in_info(2);
  check(bias.is_constant && bias.data.size() == bias_.size() * sizeof bias_[0],
        "one 32-bit constant bias per output channel");
  std::memcpy(bias_.data(), bias.data.data(), bias.data.size());
}

OutputStages OutputStage::stages(std::uint32_t sum, int channel) const {
  const auto i = static_cast<std::size_t>(channel);
  OutputStages s;
  s.accumulate = wrap_to(sum, numerics_.acc_bits);
  s.bias = wrap_to(std::int64_t{s.accumulate} + bias_[i], 32);
  s.scale = multiply_by_quantized_multiplier(s.bias, multipliers_[i], numerics_.rounding);
  s.zero_point = std::int64_t{s.scale} + zero_point_;
  s.clamp = static_cast<std::int8_t>(std::clamp<std::int64_t>(s.zero_point, clamp_.lo, clamp_.hi));
  return s;
}

AddStage::AddStage(const OpContext& c)
    : rounding_(c.numerics.rounding),
      multipliers_(add_multipliers(c.graph, c.op)),
      zero_a_(c.in_info(0).quant.zero_point[0]),
      zero_b_(c.in_info(1).quant.zero_point[0]),
      zero_out_(c.out_info().quant.zero_point[0]),
      clamp_(activation_range(c.op.attrs.activation, c.out_info())) {}

AddStages AddStage::stages(int x1, int x2) const {
  const AddMultipliers& m = multipliers_;
  AddStages s;
  s.a =
      multiply_by_quantized_multiplier(wrap_shift_left(x1 - zero_a_, m.left_shift), m.a, rounding_);
  s.b =
      multiply_by_quantized_multiplier(wrap_shift_left(x2 - zero_b_, m.left_shift), m.b, rounding_);
  s.accumulate = s.a + s.b;  // below 2^29
  s.scale = multiply_by_quantized_multiplier(s.accumulate, m.out, rounding_);
  s.zero_point = std::int64_t{s.scale} + zero_out_;
  s.clamp = static_cast<std::int8_t>(std::clamp<std::int64_t>(s.zero_point, clamp_.lo, clamp_.hi));
  return s;
}

}  // namespace vernier::golden
