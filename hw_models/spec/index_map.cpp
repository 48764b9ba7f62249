#include "hw_models/spec/index_map.h"

#include <algorithm>
#include <cmath>

namespace vernier {

int resize_nearest_index(int out_extent, int in_extent, const OpAttrs& attrs, int i) {
  const int corner = attrs.align_corners && out_extent > 1 ? 1 : 0;
  const float scale =
      static_cast<float>(in_extent - corner) / static_cast<float>(out_extent - corner);
  const float at = (static_cast<float>(i) + (attrs.half_pixel_centers ? 0.5F : 0.0F)) * scale;
  const float index = attrs.align_corners ? std::round(at) : std::floor(at);
  return std::clamp(static_cast<int>(index), 0, in_extent - 1);
}

}  // namespace vernier
