// RESIZE_NEAREST_NEIGHBOR: each output pixel is the input pixel at resize_nearest_index.
#include <algorithm>

#include "hw_models/golden/codes.h"
#include "hw_models/golden/kernel.h"
#include "hw_models/spec/index_map.h"

namespace vernier::golden {

void golden_resize_nearest(const OpContext& c) {
  const Images in(c.in_info(0).shape), out(c.out_info().shape);
  const std::uint8_t* x = operand_bytes(c, 0);
  std::uint8_t* y = c.out().bytes.data();
  for (int n = 0; n < out.n; ++n) {
    for (int oy = 0; oy < out.h; ++oy) {
      const int iy = resize_nearest_index(out.h, in.h, c.op.attrs, oy);
      for (int ox = 0; ox < out.w; ++ox) {
        const int ix = resize_nearest_index(out.w, in.w, c.op.attrs, ox);
        y = std::copy_n(x + in.at(n, iy, ix), out.c, y);
      }
    }
  }
}

}  // namespace vernier::golden
