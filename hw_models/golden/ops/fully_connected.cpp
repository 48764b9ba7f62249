// FULLY_CONNECTED: each row of K values of the input against each of the rows of weights [oc, K],
//   acc[oc] = sum of (w - zw) * (x - zx); weights per channel have zw = 0        (numerics.md 2.5)
#include "hw_models/golden/kernel.h"

namespace vernier::golden {

void golden_fully_connected(const OpContext& c) {
  const TensorInfo& weights = c.in_info(1);
  const int channels = weights.shape[0];
  const int depth = weights.shape[1];
  const std::int64_t rows = element_count(c.in_info(0).shape) / depth;
  const bool per_tensor = weights.quant.scale.size() == 1;

  const auto x = Codes(c, 0).widened(c.in_info(0).quant.zero_point[0]);
  const auto w = Codes(c, 1).widened(per_tensor ? weights.quant.zero_point[0] : 0);
  const OutputStage output(c);

  std::uint8_t* y = c.out().bytes.data();
  for (std::int64_t row = 0; row < rows; ++row) {
    for (int oc = 0; oc < channels; ++oc) {
      *y++ = output(dot(x.data() + row * depth, w.data() + std::int64_t{oc} * depth, depth), oc);
    }
  }
}

}  // namespace vernier::golden
