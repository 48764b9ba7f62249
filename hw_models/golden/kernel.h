// What several kernels share: operands of either kind, the dot product, and the stages behind the
// accumulators.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/golden/golden.h"
#include "hw_models/spec/multipliers.h"

namespace vernier::golden {

// The codes of operand i, from the model file if it is a constant. Type int8.
const std::int8_t* codes(const OpContext& c, std::size_t i);

// codes[i] - zero_point, in the 9 bits of the machine's operands: one pass over the data, so that
// inner loops are plain products.
std::vector<std::int16_t> widened(const std::int8_t* codes, std::int64_t count, int zero_point);

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
  std::int8_t clamp;        // limited to the fused activation's codes
};

// The output stage of CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED (numerics.md 2.5):
//   y = clampA(MBQM(acc + b[c], m[c], s[c]) + zo)
class OutputStage {
 public:
  explicit OutputStage(const OpContext& c);
  // `sum` is the sum of products modulo 2^32.
  OutputStages stages(std::uint32_t sum, int channel) const;
  std::int8_t operator()(std::uint32_t sum, int channel) const {
    return stages(sum, channel).clamp;
  }

 private:
  Numerics numerics_;
  std::vector<Multiplier> multipliers_;
  std::vector<std::int32_t> bias_;  // zeros where the operator has none
  int zero_point_;
  ClampRange clamp_;
};

// One output element of an ADD of int8.
struct AddStages {
  std::int32_t a, b;  // operands on the common scale
  std::int32_t accumulate, scale;
  std::int64_t zero_point;
  std::int8_t clamp;
};

// The arithmetic of ADD (numerics.md 2.5), k = 20:
//   u = MBQM((x1 - z1) << k, a) + MBQM((x2 - z2) << k, b); y = clampA(MBQM(u, out) + zo)
class AddStage {
 public:
  explicit AddStage(const OpContext& c);
  AddStages stages(int x1, int x2) const;

 private:
  Rounding rounding_;
  AddMultipliers multipliers_;
  int zero_a_, zero_b_, zero_out_;
  ClampRange clamp_;
};

}  // namespace vernier::golden
