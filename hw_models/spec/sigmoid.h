// LOGISTIC and TANH of int8 in fixed point, numerics.md 2.5: TensorFlow Lite Micro's arithmetic.
#pragma once

#include <cstdint>

namespace vernier {

enum class Sigmoid { kLogistic, kTanh };

// Inputs as Q4.27: x * (mantissa, shift), saturating from |x| = radius on.
struct SigmoidParams {
  std::int32_t mantissa = 0;
  int shift = 0;
  std::int32_t radius = 0;
};
//   (m, L) of f64(si) * 2^27; radius = floor(15 * 2^27 / 2^L)
// Precondition: si >= 2^-28; below, the reference's own shift by L is undefined.
SigmoidParams sigmoid_params(float input_scale);

// The int8 code of input x = q - zx, |x| <= 255. LOGISTIC has output scale 1/256 and zero point
// -128, TANH 1/128 and 0.
int sigmoid_code(Sigmoid function, const SigmoidParams& p, int x);

}  // namespace vernier
