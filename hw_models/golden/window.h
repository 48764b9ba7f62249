// The part of a pooling window that lies inside the image.
#pragma once

#include <algorithm>

#include "hw_models/golden/kernel.h"

namespace vernier::golden {

struct Window {
  int y_begin, y_end, x_begin, x_end;
  int taps() const { return (y_end - y_begin) * (x_end - x_begin); }
};

// The window of output pixel (oy, ox), clipped to the image.
inline Window clipped_window(const OpAttrs& a, const Images& in, int oy, int ox) {
  const int y = oy * a.stride_h - a.pad_top;
  const int x = ox * a.stride_w - a.pad_left;
  return {std::max(y, 0), std::min(y + a.filter_h, in.h), std::max(x, 0),
          std::min(x + a.filter_w, in.w)};
}

}  // namespace vernier::golden
