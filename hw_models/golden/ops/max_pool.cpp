// MAX_POOL_2D: the largest code of the window inside the image, then the clamp (numerics.md 2.5).
#include "hw_models/golden/window.h"

namespace vernier::golden {

void golden_max_pool(const OpContext& c) {
  const Images in(c.in_info(0).shape), out(c.out_info().shape);
  const ClampRange clamp = activation_range(c.op.attrs.activation, c.out_info());
  const Codes x(c, 0);
  std::uint8_t* result = c.out().bytes.data();
  std::vector<int> most(static_cast<std::size_t>(out.c));
  for (int n = 0; n < out.n; ++n) {
    for (int oy = 0; oy < out.h; ++oy) {
      for (int ox = 0; ox < out.w; ++ox) {
        const Window window = clipped_window(c.op.attrs, in, oy, ox);
        std::fill(most.begin(), most.end(), INT8_MIN);
        for (int y = window.y_begin; y < window.y_end; ++y) {
          for (int xx = window.x_begin; xx < window.x_end; ++xx) {
            std::int64_t at = in.at(n, y, xx);
            for (int& m : most) m = std::max(m, x[at++]);
          }
        }
        for (const int m : most) {
          *result++ = static_cast<std::uint8_t>(std::clamp(m, clamp.lo, clamp.hi));
        }
      }
    }
  }
}

}  // namespace vernier::golden
