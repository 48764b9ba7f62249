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

// The same for a convolution: sets the filter, its strides and dilations and the fused activation
// from its options and its weights [.][kh][kw][.].
template <class Options>
Shape slide_filter(OpReader& op, const Options& options, const Shape& weights, const Shape& image,
                   int channels) {
  OpAttrs& a = op.op().attrs;
  a.stride_h = options.stride_h();
  a.stride_w = options.stride_w();
  a.dilation_h = options.dilation_h_factor();
  a.dilation_w = options.dilation_w_factor();
  a.filter_h = weights[1];
  a.filter_w = weights[2];
  a.activation = op.fused(options.fused_activation_function());
  return slide_window(op, options.padding(), image, channels);
}

}  // namespace vernier
