// CONV_2D: acc[oc] = sum over taps inside the image and channels of w * (x - zx), numerics.md 2.5.
// Weights [oc, kh, kw, ic]; with groups, ic is the number of input channels of one group. uint8
// weights have a zero point of their own: w - zw stands for w.
#include <algorithm>

#include "hw_models/golden/kernel.h"

namespace vernier::golden {
namespace {

// The input values under the filter at one output pixel, in the order of a filter's weights; taps
// outside the image contribute nothing, which is x - zx = 0.
struct Patch {
  const OpContext& c;
  const Images in;
  const int channels;  // of one group
  const std::vector<std::int16_t>& x;
  std::vector<std::int16_t> values;

  void gather(int n, int oy, int ox, int first_channel) {
    const OpAttrs& a = c.op.attrs;
    auto to = values.begin();
    for (int ky = 0; ky < a.filter_h; ++ky) {
      const int y = oy * a.stride_h - a.pad_top + ky * a.dilation_h;
      for (int kx = 0; kx < a.filter_w; ++kx, to += channels) {
        const int xx = ox * a.stride_w - a.pad_left + kx * a.dilation_w;
        if (y < 0 || y >= in.h || xx < 0 || xx >= in.w) {
          std::fill_n(to, channels, std::int16_t{0});
        } else {
          std::copy_n(x.begin() + in.at(n, y, xx) + first_channel, channels, to);
        }
      }
    }
  }
};

}  // namespace

void golden_conv(const OpContext& c) {
  const Images in(c.in_info(0).shape), out(c.out_info().shape);
  const TensorInfo& weights = c.in_info(1);
  const std::int64_t taps = element_count(weights.shape) / out.c;  // kh * kw * ic
  const int group_in = weights.shape[3];
  const int groups = in.c / group_in;
  const int group_out = out.c / groups;

  const auto x = Codes(c, 0).widened(c.in_info(0).quant.zero_point[0]);
  const auto w = Codes(c, 1).widened(weight_zero_point(weights));
  const OutputStage output(c);
  Patch patch{c, in, group_in, x, std::vector<std::int16_t>(static_cast<std::size_t>(taps))};

  std::uint8_t* y = c.out().bytes.data();
  for (int n = 0; n < out.n; ++n) {
    for (int oy = 0; oy < out.h; ++oy) {
      for (int ox = 0; ox < out.w; ++ox) {
        for (int g = 0; g < groups; ++g) {
          patch.gather(n, oy, ox, g * group_in);
          for (int oc = g * group_out; oc < (g + 1) * group_out; ++oc) {
            *y++ = output(dot(patch.values.data(), w.data() + oc * taps, taps), oc);
          }
        }
      }
    }
  }
}

}  // namespace vernier::golden
