#include <fmt/format.h>

#include <algorithm>

#include "compiler/lower/lower.h"
#include "hw_models/spec/rescale_multipliers.h"

namespace vernier::compiler {
namespace {

constexpr int kMostTaps = (1 << 10) - 1;   // PostWindow.kernel_h and .kernel_w
constexpr int kMostStride = (1 << 8) - 1;  // PostWindow.stride_w

// Which of rows, pixels and channels are averaged. Dimensions of 1 may be named or not.
struct Reduced {
  bool h = false, w = false, c = false;
};

Reduced reduced(const LowerContext& c) {
  const Shape& shape = c.in(0).shape;
  const auto& axes = c.op.attrs.axes;
  Reduced r;
  bool any = false, all = true;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    const bool named = std::find(axes.begin(), axes.end(), static_cast<int>(d)) != axes.end();
    if (shape[d] == 1) continue;
    if (d + 1 == shape.size()) {
      r.c = named;
    } else if (d + 2 == shape.size()) {
      r.w = named;
    } else {
      any = any || named;
      all = all && named;
    }
  }
  if (any && !all) c.refuse("averages some of the dimensions before the last two");
  r.h = any;
  return r;
}

}  // namespace

// One window over what is averaged. Where channels are, the bytes of a row are read as pixels of
// one channel.
void lower_mean(LowerContext& c) {
  auto& v = c.layer.vector;
  const Hwc in = c.image(0);
  const Reduced over = reduced(c);
  v.kind = VectorPlan::Kind::kPool;
  v.a = c.op.inputs[0];
  v.a_zero = c.in(0).quant.zero_point[0];
  v.a_unsigned = c.in(0).dtype == DType::kUint8;
  v.average = v.scaled = true;
  v.a_view = over.c ? Hwc{in.h, in.w * in.c, 1} : in;
  int taps_w = 1;
  if (over.w) taps_w = v.a_view.w;
  if (over.c && !over.w) taps_w = in.c;
  v.window.kernel_h = over.h ? in.h : 1;
  v.window.kernel_w = taps_w;
  v.window.stride_h = 1;
  c.layer.out = {over.h ? 1 : in.h, v.a_view.w / taps_w, v.a_view.c};
  v.window.stride_w = c.layer.out.w > 1 ? taps_w : 1;
  if (v.window.kernel_h > kMostTaps || taps_w > kMostTaps || v.window.stride_w > kMostStride) {
    c.refuse(fmt::format(
        "averages windows of {} x {} in steps of {}, the machine takes {} x {} in "
        "steps of {}",
        v.window.kernel_h, taps_w, v.window.stride_w, kMostTaps, kMostTaps, kMostStride));
  }
  const Multiplier m = mean_multiplier(c.graph, c.op);
  v.scale.multiplier = m.mantissa;
  v.scale.shift = m.shift;
  c.layer.mode = LayerPlan::Mode::kVector;
}

}  // namespace vernier::compiler
