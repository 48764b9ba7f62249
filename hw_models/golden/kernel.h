// What several kernels share: operands of either kind, the dot product, and the stages behind the
// accumulators.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/golden/golden.h"
#include "hw_models/spec/multipliers.h"

namespace vernier::golden {

// The codes of operand i, from the model file if it is a constant: int8 or uint8.
class Codes {
 public:
  Codes(const OpContext& c, std::size_t i);
  int operator[](std::int64_t at) const {
    return is_signed_ ? static_cast<std::int8_t>(bytes_[at]) : bytes_[at];
  }
  const std::uint8_t* bytes() const { return bytes_; }
  std::int64_t count() const { return count_; }
  // All codes less the zero point, in the 9 bits of the machine's operands: one pass over the data,
  // so that inner loops are plain products.
  std::vector<std::int16_t> widened(int zero_point) const;

 private:
  const std::uint8_t* bytes_;
  std::int64_t count_;
  bool is_signed_;
};

// The zero point of a convolution's weights: int8 weights have none, whatever the file says.
int weight_zero_point(const TensorInfo& weights);

// Sum of a[i] * b[i] modulo 2^32.
std::uint32_t dot(const std::int16_t* a, const std::int16_t* b, std::int64_t count);

// A batch of images, dense, channels innermost: shape [n, h, w, c].
struct Images {
  int n, h, w, c;
  explicit Images(const Shape& shape);
  // The first channel of a pixel.
  std::int64_t at(int image, int y, int x) const {
    return ((static_cast<std::int64_t>(image) * h + y) * w + x) * c;
  }
};

// One output element on its way from the sum of products to its code.
struct OutputStages {
  std::int32_t accumulate;  // sum of products modulo 2^acc_bits, signed
  std::int32_t bias;        // + bias, modulo 2^32
  std::int32_t scale;       // * multiplier, rounded
  std::int64_t zero_point;  // + output zero point
  int clamp;                // limited to the fused activation's codes
};

// The output stage of CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED (numerics.md 2.5):
//   y = clampA(MBQM(acc + b[c], m[c], s[c]) + zo)
// Under the roundings kFloat64 and kFloat32 the product is with scales()[c] instead.
class OutputStage {
 public:
  explicit OutputStage(const OpContext& c);
  // `sum` is the sum of products modulo 2^32.
  OutputStages stages(std::uint32_t sum, int channel) const;
  // The code of one output, as a byte: int8 and uint8 alike.
  std::uint8_t operator()(std::uint32_t sum, int channel) const {
    return static_cast<std::uint8_t>(stages(sum, channel).clamp);
  }

  // One per output channel. A rounding has the ones or the others: `scales` is empty where the
  // product is an integer's, `multipliers` where it is a float's or a double's.
  const std::vector<Multiplier>& multipliers() const { return multipliers_; }
  const std::vector<double>& scales() const { return scales_; }
  const std::vector<std::int32_t>& bias() const { return bias_; }
  int zero_point() const { return zero_point_; }
  const ClampRange& clamp() const { return clamp_; }
  Rounding rounding() const { return rounding_; }
  int acc_bits() const { return acc_bits_; }

 private:
  std::int32_t scaled(std::int32_t x, std::size_t channel) const;

  int acc_bits_;
  Rounding rounding_;
  std::vector<Multiplier> multipliers_;
  std::vector<double> scales_;
  std::vector<std::int32_t> bias_;  // zeros where the operator has none
  int zero_point_;
  ClampRange clamp_;
};

}  // namespace vernier::golden
