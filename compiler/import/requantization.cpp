#include "compiler/import/requantization.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "hw_models/spec/numerics.h"

namespace vernier {
namespace {

constexpr int kShiftMost = 30;

// Codes of an 8-bit type.
struct Codes {
  int least, most;
};
Codes codes_of(const TensorInfo& tensor) {
  return tensor.dtype == DType::kUint8 ? Codes{0, 255} : Codes{-128, 127};
}

// Sums of the positive and of the negated negative weights of each channel, less their zero point.
struct WeightSums {
  std::vector<std::int64_t> positive, negative;
};

WeightSums weight_sums(const TensorInfo& weights, int channels, ChannelOrder order) {
  const auto n = static_cast<std::size_t>(channels);
  WeightSums sums{std::vector<std::int64_t>(n), std::vector<std::int64_t>(n)};
  const bool is_signed = weights.dtype == DType::kInt8;
  const int zero = weights.quant.zero_point[0];  // 0 where there are several
  const auto add = [&](std::size_t channel, std::size_t element) {
    const std::uint8_t code = weights.data[element];
    const int w = (is_signed ? static_cast<std::int8_t>(code) : int{code}) - zero;
    (w > 0 ? sums.positive : sums.negative)[channel] += std::abs(w);
  };
  const std::size_t taps = weights.data.size() / n;
  if (order == ChannelOrder::kFirst) {
    for (std::size_t c = 0, i = 0; c < n; ++c) {
      for (std::size_t t = 0; t < taps; ++t, ++i) add(c, i);
    }
  } else {
    for (std::size_t t = 0, i = 0; t < taps; ++t) {
      for (std::size_t c = 0; c < n; ++c, ++i) add(c, i);
    }
  }
  return sums;
}

std::int32_t bias_of(const TensorInfo* bias, std::size_t channel) {
  if (bias == nullptr) return 0;
  std::int32_t value;
  std::memcpy(&value, bias->data.data() + channel * sizeof value, sizeof value);
  return value;
}

}  // namespace

int multiplier_shift(double real) {
  const bool tame = std::isfinite(real) && real < 2147483648.0;
  return tame ? quantize_multiplier(real).shift : 32;
}

std::int64_t reach(const TensorInfo& tensor) {
  const int zero = tensor.quant.zero_point[0];
  return std::max(codes_of(tensor).most - zero, zero - codes_of(tensor).least);
}

void require_multiplier(const OpReader& op, double real, std::int64_t largest,
                        const std::string& what) {
  const int shift = multiplier_shift(real);
  if (shift > kShiftMost) {
    op.fail(ErrorId::TflMultiplier,
            fmt::format("{}: multiplier {:.9g}, must be below 2^{} (the shifter takes -31..{})",
                        what, real, kShiftMost, kShiftMost));
  }
  if (shift > 0 && largest > (INT32_MAX >> shift)) {
    op.fail(ErrorId::TflMultiplier,
            fmt::format("{}: multiplier {:.9g} shifts values up to {} left by {}, beyond 32 bits",
                        what, real, largest, shift));
  }
}

void require_accumulators(const OpReader& op, const TensorInfo& input, const TensorInfo& weights,
                          const TensorInfo* bias, const TensorInfo& output, int channels,
                          ChannelOrder order, bool product_f32) {
  const WeightSums sums = weight_sums(weights, channels, order);
  const std::int64_t up = codes_of(input).most - input.quant.zero_point[0];     // most x - zx
  const std::int64_t down = input.quant.zero_point[0] - codes_of(input).least;  // most zx - x
  const float si = input.quant.scale[0];
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
    const std::int64_t b = bias_of(bias, c);
    const std::int64_t high =
        sums.positive[c] * up + sums.negative[c] * down + std::max<std::int64_t>(b, 0);
    const std::int64_t low =
        -sums.positive[c] * down - sums.negative[c] * up + std::min<std::int64_t>(b, 0);
    if (high > INT32_MAX || low < INT32_MIN) {
      op.fail(ErrorId::TflAccumulator,
              fmt::format("channel {}: the accumulator spans {}..{}, must stay in {}..{}", c, low,
                          high, INT32_MIN, INT32_MAX));
    }
    const float sw = weights.quant.scale[weights.quant.scale.size() == 1 ? 0 : c];
    const double product = product_f32 ? double{si * sw} : double{si} * double{sw};
    require_multiplier(op, product / double{output.quant.scale[0]}, std::max(high, -low),
                       fmt::format("channel {}", c));
  }
}

}  // namespace vernier
