// DEPTHWISE_CONV_2D: output channel oc = ic * depth_multiplier + m sees input channel ic alone,
//   acc[oc] = sum over taps inside the image of w[ky, kx, oc] * (x[ic] - zx)      (numerics.md 2.5)
// with w - zw for w where the weights are uint8.
#include <algorithm>

#include "hw_models/golden/kernel.h"

namespace vernier::golden {
namespace {

// Every channel `times` times in a row, so that operand and weight have the same index.
std::vector<std::int16_t> repeated(const std::vector<std::int16_t>& x, int times) {
  if (times == 1) return x;
  std::vector<std::int16_t> r;
  r.reserve(x.size() * static_cast<std::size_t>(times));
  for (const std::int16_t v : x) r.insert(r.end(), static_cast<std::size_t>(times), v);
  return r;
}

// acc[i] += x[i] * w[i], modulo 2^32.
void multiply_add(std::uint32_t* acc, const std::int16_t* x, const std::int16_t* w, int count) {
  for (int i = 0; i < count; ++i) {
    acc[i] += static_cast<std::uint32_t>(std::int32_t{x[i]} * w[i]);
  }
}

}  // namespace

void golden_depthwise_conv(const OpContext& c) {
  const OpAttrs& a = c.op.attrs;
  const Images in(c.in_info(0).shape), out(c.out_info().shape);
  const auto x = repeated(Codes(c, 0).widened(c.in_info(0).quant.zero_point[0]), out.c / in.c);
  const auto w = Codes(c, 1).widened(weight_zero_point(c.in_info(1)));
  const OutputStage output(c);
  std::vector<std::uint32_t> acc(static_cast<std::size_t>(out.c));

  std::uint8_t* result = c.out().bytes.data();
  for (int n = 0; n < out.n; ++n) {
    for (int oy = 0; oy < out.h; ++oy) {
      for (int ox = 0; ox < out.w; ++ox) {
        std::fill(acc.begin(), acc.end(), 0U);
        for (int ky = 0; ky < a.filter_h; ++ky) {
          const int y = oy * a.stride_h - a.pad_top + ky * a.dilation_h;
          if (y < 0 || y >= in.h) continue;
          for (int kx = 0; kx < a.filter_w; ++kx) {
            const int xx = ox * a.stride_w - a.pad_left + kx * a.dilation_w;
            if (xx < 0 || xx >= in.w) continue;
            const std::int64_t pixel = (std::int64_t{n} * in.h + y) * in.w + xx;
            const std::int64_t tap = std::int64_t{ky} * a.filter_w + kx;
            multiply_add(acc.data(), x.data() + pixel * out.c, w.data() + tap * out.c, out.c);
          }
        }
        for (int oc = 0; oc < out.c; ++oc)
          *result++ = output(acc[static_cast<std::size_t>(oc)], oc);
      }
    }
  }
}

}  // namespace vernier::golden
