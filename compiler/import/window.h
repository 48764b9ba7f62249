// Geometry of a window that slides over an image (numerics.md 2.5).
#pragma once

#include "compiler/import/op_reader.h"

namespace vernier {

// Checks the window's fields in op.attrs (filter, stride, dilation), computes the padding taps and
// returns the output shape 1 x height x width x channels for the image at input 0.
//   extent = (filter - 1) * dilation + 1
//   SAME:  out = ceil(in / stride); pad = max((out - 1) * stride + extent - in, 0), half before,
//          the odd one behind
//   VALID: out = (in + stride - extent) / stride, no padding
// `padding` is the format's code, 0 SAME or 1 VALID. Throws TflField, TflUnsupported, TflGeometry.
Shape slide_window(OpReader& op, int padding, const Shape& image, int channels);

}  // namespace vernier
