#include "hw_models/golden/kernel.h"

#include <algorithm>
#include <cstring>

#include "hw_models/spec/error.h"

namespace vernier::golden {

Codes::Codes(const OpContext& c, std::size_t i) {
  const TensorInfo& info = c.in_info(i);
  check(info.dtype == DType::kInt8 || info.dtype == DType::kUint8,
        "a golden kernel on codes of another type than int8 and uint8");
  bytes_ = info.is_constant ? info.data.data() : c.in(i).bytes.data();
  count_ = element_count(info.shape);
  is_signed_ = info.dtype == DType::kInt8;
}

std::vector<std::int16_t> Codes::widened(int zero_point) const {
  std::vector<std::int16_t> wide(static_cast<std::size_t>(count_));
  const auto zero = static_cast<std::int16_t>(zero_point);
  const auto widen = [&](const auto* codes) {
    for (std::size_t i = 0; i < wide.size(); ++i) {
      wide[i] = static_cast<std::int16_t>(codes[i] - zero);
    }
  };
  if (is_signed_) {
    widen(reinterpret_cast<const std::int8_t*>(bytes_));
  } else {
    widen(bytes_);
  }
  return wide;
}

int weight_zero_point(const TensorInfo& weights) {
  return weights.dtype == DType::kUint8 ? weights.quant.zero_point[0] : 0;
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
    : acc_bits_(c.numerics.acc_bits),
      rounding_(c.rounding()),
      zero_point_(c.out_info().quant.zero_point[0]),
      clamp_(activation_range(c.op.attrs.activation, c.out_info())) {
  if (rounding_ == Rounding::kFloat64 || rounding_ == Rounding::kFloat32) {
    scales_ = conv_scales(c.graph, c.op);
  } else {
    multipliers_ = conv_multipliers(c.graph, c.op);
  }
  bias_.resize(scales_.size() + multipliers_.size());
  if (c.op.inputs.size() < 3 || c.op.inputs[2] < 0) return;
  const TensorInfo& bias = c.in_info(2);
  check(bias.is_constant && bias.data.size() == bias_.size() * sizeof bias_[0],
        "one 32-bit constant bias per output channel");
  std::memcpy(bias_.data(), bias.data.data(), bias.data.size());
}

std::int32_t OutputStage::scaled(std::int32_t x, std::size_t channel) const {
  switch (rounding_) {
    case Rounding::kFloat64:
      return scale_in_double(x, scales_[channel]);
    case Rounding::kFloat32:
      return scale_in_float(x, static_cast<float>(scales_[channel]));
    default:
      return multiply_by_quantized_multiplier(x, multipliers_[channel], rounding_);
  }
}

OutputStages OutputStage::stages(std::uint32_t sum, int channel) const {
  const auto i = static_cast<std::size_t>(channel);
  OutputStages s;
  s.accumulate = wrap_to(sum, acc_bits_);
  s.bias = wrap_to(std::int64_t{s.accumulate} + bias_[i], 32);
  s.scale = scaled(s.bias, i);
  s.zero_point = std::int64_t{s.scale} + zero_point_;
  s.clamp = static_cast<int>(std::clamp<std::int64_t>(s.zero_point, clamp_.lo, clamp_.hi));
  return s;
}

}  // namespace vernier::golden
