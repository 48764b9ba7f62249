// Which input element an output element of a movement operator is, numerics.md 2.5.
#pragma once

#include "hw_models/spec/graph.h"

namespace vernier {

// RESIZE_NEAREST_NEIGHBOR: the input index, along one dimension, of output index i.
//   scale = in / f32(out), with align_corners and out > 1: (in - 1) / f32(out - 1)
//   min(floor(f32((i + (half_pixel_centers ? 0.5 : 0)) * scale)), in - 1); with align_corners
//   rounded, half away from zero, in place of floor
int resize_nearest_index(int out_extent, int in_extent, const OpAttrs& attrs, int i);

}  // namespace vernier
