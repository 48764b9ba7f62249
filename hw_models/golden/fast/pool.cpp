// AVERAGE_POOL_2D and MAX_POOL_2D: sums and maxima over the window inside the image, all channels
// of a pixel at a time in loops that the compiler makes vectors of.
#include <algorithm>
#include <limits>

#include "hw_models/golden/fast/step.h"
#include "hw_models/golden/window.h"

namespace vernier::golden::fast {
namespace {

// Code is the element type. Sums stay below 2^31: a window has at most 2^16 taps (covered()).
template <class Code>
class Pool : public Step {
 public:
  explicit Pool(const OpContext& c)
      : clamp_(activation_range(c.op.attrs.activation, c.out_info())) {}

  void run(const OpContext& c, Scratch* operands, Scratch*) const override {
    const Images in(c.in_info(0).shape), out(c.out_info().shape);
    const bool average = c.op.type == OpType::AveragePool;
    const auto* x = reinterpret_cast<const Code*>(Codes(c, 0).bytes());
    auto* y = reinterpret_cast<Code*>(c.out().bytes.data());
    const std::int64_t bytes = std::int64_t{in.c} * std::int64_t{sizeof(std::int32_t)};
    auto* state = reinterpret_cast<std::int32_t*>(operands->at_least(bytes));
    for (int n = 0; n < out.n; ++n) {
      for (int oy = 0; oy < out.h; ++oy) {
        for (int ox = 0; ox < out.w; ++ox, y += in.c) {
          const Window window = clipped_window(c.op.attrs, in, oy, ox);
          if (average) {
            sum(x, in, n, window, state);
            mean(state, in.c, window.taps(), y);
          } else {
            most(x, in, n, window, y);
          }
        }
      }
    }
  }

 private:
  static void sum(const Code* x, const Images& in, int n, const Window& window,
                  std::int32_t* sums) {
    std::fill_n(sums, in.c, 0);
    for (int yy = window.y_begin; yy < window.y_end; ++yy) {
      for (int xx = window.x_begin; xx < window.x_end; ++xx) {
        const Code* pixel = x + in.at(n, yy, xx);
        for (int i = 0; i < in.c; ++i) sums[i] += pixel[i];
      }
    }
  }

  // Half away from zero.
  void mean(const std::int32_t* sums, int channels, std::int32_t taps, Code* y) const {
    for (int i = 0; i < channels; ++i) {
      const std::int32_t s = sums[i];
      const std::int32_t m = (s > 0 ? s + taps / 2 : s - taps / 2) / taps;
      y[i] = static_cast<Code>(std::clamp(m, clamp_.lo, clamp_.hi));
    }
  }

  void most(const Code* x, const Images& in, int n, const Window& window, Code* y) const {
    std::fill_n(y, in.c, std::numeric_limits<Code>::min());
    for (int yy = window.y_begin; yy < window.y_end; ++yy) {
      for (int xx = window.x_begin; xx < window.x_end; ++xx) {
        const Code* pixel = x + in.at(n, yy, xx);
        for (int i = 0; i < in.c; ++i) y[i] = std::max(y[i], pixel[i]);
      }
    }
    for (int i = 0; i < in.c; ++i) {
      y[i] = static_cast<Code>(std::clamp<int>(y[i], clamp_.lo, clamp_.hi));
    }
  }

  ClampRange clamp_;
};

}  // namespace

StepPtr prepare_pool(const OpContext& c) {
  const OpAttrs& a = c.op.attrs;
  constexpr std::int64_t kMostTaps = 1 << 16;
  if (std::int64_t{a.filter_h} * a.filter_w > kMostTaps) return nullptr;
  const DType type = c.out_info().dtype;
  if (c.in_info(0).dtype != type) return nullptr;
  if (type == DType::kInt8) return std::make_unique<Pool<std::int8_t>>(c);
  if (type == DType::kUint8) return std::make_unique<Pool<std::uint8_t>>(c);
  return nullptr;
}

}  // namespace vernier::golden::fast
