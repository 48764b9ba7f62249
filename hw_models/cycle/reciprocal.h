// The sequential reciprocal unit of softmax.
#pragma once

#include <cstdint>

namespace vernier::cycle {

// value = mantissa * 2^(shift - 31): what the output requantizer multiplies an exponential (Q0.31)
// with to give an 8-bit code, numerics.md 2.5.
struct Reciprocal {
  std::int32_t mantissa = 0;
  int shift = 0;  // -(35 - leading zeros of the sum); below -31 every output rounds to 0
};

// Of a sum of exponentials in Q12.19, 1 <= sum < 2^32: normalises it, then three Newton-Raphson
// steps for 2 / (1 + f) and a doubling.
Reciprocal reciprocal_of(std::uint32_t sum);

}  // namespace vernier::cycle
