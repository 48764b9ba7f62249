#include "hw_models/golden/fast/stage.h"

#include <algorithm>
#include <optional>

#include "hw_models/spec/error.h"

namespace vernier::golden::fast {
namespace {

std::optional<Scaling> scaling_of(Rounding rounding) {
  switch (rounding) {
    case Rounding::kDouble:
      return Scaling::kDouble;
    case Rounding::kDoubleUp:
      return Scaling::kDoubleUp;
    case Rounding::kSingle:
      return Scaling::kSingle;
    case Rounding::kFloat32:
      return Scaling::kFloat;
    default:
      return std::nullopt;
  }
}

bool is_code(DType type) { return type == DType::kInt8 || type == DType::kUint8; }

}  // namespace

bool Stage::covers(const OpContext& c) {
  const TensorInfo& weights = c.in_info(1);
  return is_code(c.in_info(0).dtype) && is_code(weights.dtype) && weights.is_constant &&
         is_code(c.out_info().dtype) && scaling_of(c.rounding()).has_value();
}

Stage::Stage(const OutputStage& plain) : zero_point_(plain.zero_point()), clamp_(plain.clamp()) {
  const auto scaling = scaling_of(plain.rounding());
  check(scaling.has_value(), "a rounding without a fast kernel");
  scaling_ = *scaling;
  const std::size_t channels = plain.bias().size();
  const std::size_t filled = (channels + kMostLanes - 1) / kMostLanes * kMostLanes;
  for (auto* array : {&bias_, &mantissa_, &left_, &right_}) array->resize(filled);
  scale_.resize(filled);
  std::copy(plain.bias().begin(), plain.bias().end(), bias_.begin());
  for (std::size_t i = 0; i < channels; ++i) {
    if (scaling_ == Scaling::kFloat) {
      scale_[i] = static_cast<float>(plain.scales()[i]);
      continue;
    }
    const Multiplier m = plain.multipliers()[i];
    mantissa_[i] = m.mantissa;
    left_[i] = std::max(m.shift, 0);
    right_[i] = std::max(-m.shift, 0);
  }
}

void Stage::take_from_bias(std::size_t channel, std::uint32_t value) {
  bias_[channel] = static_cast<std::int32_t>(static_cast<std::uint32_t>(bias_[channel]) - value);
}

Requantizer Stage::requantizer() const {
  return {scaling_,      bias_.data(), mantissa_.data(), left_.data(), right_.data(),
          scale_.data(), zero_point_,  clamp_.lo,        clamp_.hi};
}

}  // namespace vernier::golden::fast
