// MEAN over height and width of images: sums of all channels at once, then the plain arithmetic.
#include <algorithm>

#include "hw_models/golden/codes.h"
#include "hw_models/golden/fast/step.h"
#include "hw_models/golden/kernel.h"
#include "hw_models/spec/rescale_multipliers.h"

namespace vernier::golden::fast {
namespace {

class Mean : public Step {
 public:
  explicit Mean(const OpContext& c)
      : in_(c.in_info(0).shape),
        multiplier_(mean_multiplier(c.graph, c.op)),
        rounding_(c.rounding()),
        clamp_(activation_range(Activation::kNone, c.out_info())),
        zero_in_(c.in_info(0).quant.zero_point[0]),
        zero_out_(c.out_info().quant.zero_point[0]),
        is_signed_(c.in_info(0).dtype == DType::kInt8) {}

  void run(const OpContext& c, Scratch* operands, Scratch*) const override {
    const std::uint8_t* x = Codes(c, 0).bytes();
    std::uint8_t* y = c.out().bytes.data();
    const std::int64_t bytes = std::int64_t{in_.c} * std::int64_t{sizeof(std::int32_t)};
    auto* sums = reinterpret_cast<std::int32_t*>(operands->at_least(bytes));
    const int pixels = in_.h * in_.w;
    for (int n = 0; n < in_.n; ++n, y += in_.c) {
      std::fill_n(sums, in_.c, -pixels * zero_in_);
      for (int p = 0; p < pixels; ++p, x += in_.c) {
        if (is_signed_) {
          add(reinterpret_cast<const std::int8_t*>(x), sums);
        } else {
          add(x, sums);
        }
      }
      for (int i = 0; i < in_.c; ++i) y[i] = code(sums[i]);
    }
  }

 private:
  template <class Code>
  void add(const Code* x, std::int32_t* sums) const {
    for (int i = 0; i < in_.c; ++i) sums[i] += x[i];
  }
  std::uint8_t code(std::int32_t sum) const {
    const std::int64_t y =
        std::int64_t{multiply_by_quantized_multiplier(sum, multiplier_, rounding_)} + zero_out_;
    return code_byte(std::clamp<std::int64_t>(y, clamp_.lo, clamp_.hi));
  }

  Images in_;
  Multiplier multiplier_;
  Rounding rounding_;
  ClampRange clamp_;
  int zero_in_, zero_out_;
  bool is_signed_;
};

}  // namespace

StepPtr prepare_mean(const OpContext& c) {
  const TensorInfo& x = c.in_info(0);
  const DType type = c.out_info().dtype;
  constexpr std::int64_t kMostPixels = 1 << 22;  // sums below 2^31
  if (x.dtype != type || (type != DType::kInt8 && type != DType::kUint8)) return nullptr;
  if (x.shape.size() != 4 || c.op.attrs.axes != std::vector<int>{1, 2}) return nullptr;
  if (std::int64_t{x.shape[1]} * x.shape[2] > kMostPixels) return nullptr;
  return std::make_unique<Mean>(c);
}

}  // namespace vernier::golden::fast
