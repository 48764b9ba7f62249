#include "compiler/import/window.h"

#include <fmt/format.h>

#include <algorithm>

namespace vernier {
namespace {

constexpr int kSame = 0;
constexpr int kValid = 1;
constexpr int kPadMost = 1023;  // the instruction fields' width

struct Side {
  int out = 0, before = 0, after = 0;
};

Side slide(OpReader& op, const char* dimension, int padding, int in, int filter, int stride,
           int dilation) {
  const int extent = (filter - 1) * dilation + 1;
  Side side;
  if (padding == kSame) {
    side.out = (in + stride - 1) / stride;
    const int pad = std::max((side.out - 1) * stride + extent - in, 0);
    side.before = pad / 2;
    side.after = pad - side.before;
    if (side.after > kPadMost) {
      op.fail(ErrorId::TflGeometry,
              fmt::format("{}: SAME padding of {} before and {} behind, at most {}", dimension,
                          side.before, side.after, kPadMost));
    }
    return side;
  }
  // Rounds toward minus infinity where the window is larger than the image.
  const int room = in - extent;
  side.out = room < 0 ? -((-room + stride - 1) / stride) + 1 : room / stride + 1;
  if (side.out < 1) {
    op.fail(ErrorId::TflGeometry,
            fmt::format("{}: a filter of {} (dilation {}) spans {} of {} under VALID padding, the "
                        "output would be {}",
                        dimension, filter, dilation, extent, in, side.out));
  }
  return side;
}

}  // namespace

Shape slide_window(OpReader& op, int padding, const Shape& image, int channels) {
  OpAttrs& a = op.op().attrs;
  op.field("stride_h", a.stride_h, 1, kStrideMost);
  op.field("stride_w", a.stride_w, 1, kStrideMost);
  op.field("dilation_h_factor", a.dilation_h, 1, kDilationMost);
  op.field("dilation_w_factor", a.dilation_w, 1, kDilationMost);
  op.field("filter_height", a.filter_h, 1, kFilterMost);
  op.field("filter_width", a.filter_w, 1, kFilterMost);
  if (padding != kSame && padding != kValid) {
    op.fail(ErrorId::TflUnsupported,
            fmt::format("field padding: {}, must be 0 (SAME) or 1 (VALID)", padding));
  }
  const Side h = slide(op, "height", padding, image[1], a.filter_h, a.stride_h, a.dilation_h);
  const Side w = slide(op, "width", padding, image[2], a.filter_w, a.stride_w, a.dilation_w);
  a.pad_top = h.before;
  a.pad_bottom = h.after;
  a.pad_left = w.before;
  a.pad_right = w.after;
  return {1, h.out, w.out, channels};
}

}  // namespace vernier
