// AVERAGE_POOL_2D: the mean of the codes of the window inside the image, half away from zero (which
// is half up for uint8), then the clamp. Zero points cancel because input and output share their
// scale (numerics.md 2.5).
#include "hw_models/golden/window.h"

namespace vernier::golden {

void golden_average_pool(const OpContext& c) {
  const Images in(c.in_info(0).shape), out(c.out_info().shape);
  const ClampRange clamp = activation_range(c.op.attrs.activation, c.out_info());
  const Codes x(c, 0);
  std::uint8_t* result = c.out().bytes.data();
  std::vector<std::int64_t> sum(static_cast<std::size_t>(out.c));
  for (int n = 0; n < out.n; ++n) {
    for (int oy = 0; oy < out.h; ++oy) {
      for (int ox = 0; ox < out.w; ++ox) {
        const Window window = clipped_window(c.op.attrs, in, oy, ox);
        std::fill(sum.begin(), sum.end(), 0);
        for (int y = window.y_begin; y < window.y_end; ++y) {
          for (int xx = window.x_begin; xx < window.x_end; ++xx) {
            std::int64_t at = in.at(n, y, xx);
            for (std::int64_t& s : sum) s += x[at++];
          }
        }
        const std::int64_t taps = window.taps();
        for (const std::int64_t s : sum) {
          const std::int64_t mean = (s > 0 ? s + taps / 2 : s - taps / 2) / taps;
          *result++ = static_cast<std::uint8_t>(std::clamp<std::int64_t>(mean, clamp.lo, clamp.hi));
        }
      }
    }
  }
}

}  // namespace vernier::golden
