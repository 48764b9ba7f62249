// TRANSPOSE of codes: one loop over the longest dimension, an odometer over the others.
#include <algorithm>

#include "hw_models/golden/fast/step.h"
#include "hw_models/golden/kernel.h"

namespace vernier::golden::fast {
namespace {

class Transpose : public Step {
 public:
  explicit Transpose(const OpContext& c) {
    const Shape& shape = c.out_info().shape;
    std::vector<std::int64_t> in_strides(shape.size(), 1);
    const Shape& in = c.in_info(0).shape;
    for (std::size_t d = in.size() - 1; d > 0; --d) in_strides[d - 1] = in_strides[d] * in[d];
    std::int64_t out_stride = 1;
    for (std::size_t d = shape.size(); d-- > 0; out_stride *= shape[d]) {
      const auto from = static_cast<std::size_t>(c.op.attrs.perm[d]);
      dimensions_.push_back({shape[d], in_strides[from], out_stride});
    }
    std::iter_swap(dimensions_.begin(), std::max_element(dimensions_.begin(), dimensions_.end(),
                                                         [](const auto& a, const auto& b) {
                                                           return a.count < b.count;
                                                         }));
  }

  void run(const OpContext& c, Scratch*, Scratch*) const override {
    const Codes codes(c, 0);
    copy(dimensions_.size(), codes.bytes(), c.out().bytes.data());
  }

 private:
  struct Dimension {
    int count;
    std::int64_t in_stride, out_stride;
  };

  // The first `depth` dimensions.
  void copy(std::size_t depth, const std::uint8_t* x, std::uint8_t* y) const {
    const Dimension& d = dimensions_[depth - 1];
    if (depth == 1) {
      for (std::int64_t i = 0; i < d.count; ++i) y[i * d.out_stride] = x[i * d.in_stride];
      return;
    }
    for (int i = 0; i < d.count; ++i, x += d.in_stride, y += d.out_stride) copy(depth - 1, x, y);
  }

  std::vector<Dimension> dimensions_;
};

}  // namespace

StepPtr prepare_transpose(const OpContext& c) {
  const DType type = c.out_info().dtype;
  const bool codes = type == DType::kInt8 || type == DType::kUint8;
  if (!codes || c.in_info(0).dtype != type || c.out_info().shape.empty()) return nullptr;
  return std::make_unique<Transpose>(c);
}

}  // namespace vernier::golden::fast
