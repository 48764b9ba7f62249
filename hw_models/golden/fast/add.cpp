// ADD of two tensors of one shape.
#include <algorithm>

#include "hw_models/golden/fast/step.h"
#include "hw_models/golden/kernel.h"
#include "hw_models/spec/multipliers.h"

namespace vernier::golden::fast {
namespace {

class Add : public Step {
 public:
  Add(const OpContext& c, const KernelTable& table) : table_(table), task_{} {
    const AddMultipliers m = add_multipliers(c.graph, c.op);
    const ClampRange clamp = activation_range(c.op.attrs.activation, c.out_info());
    task_.a = {nullptr, c.in_info(0).quant.zero_point[0], m.a.mantissa, -m.a.shift};
    task_.b = {nullptr, c.in_info(1).quant.zero_point[0], m.b.mantissa, -m.b.shift};
    task_.is_signed = c.out_info().dtype == DType::kInt8;
    task_.mantissa = m.out.mantissa;
    task_.left = std::max(m.out.shift, 0);
    task_.right = std::max(-m.out.shift, 0);
    task_.zero_point = c.out_info().quant.zero_point[0];
    task_.lo = clamp.lo;
    task_.hi = clamp.hi;
    task_.count = element_count(c.out_info().shape);
  }

  void run(const OpContext& c, Scratch*, Scratch*) const override {
    AddTask task = task_;
    task.a.codes = Codes(c, 0).bytes();
    task.b.codes = Codes(c, 1).bytes();
    task.y = c.out().bytes.data();
    table_.add(task);
  }

 private:
  const KernelTable& table_;
  AddTask task_;
};

}  // namespace

StepPtr prepare_add(const OpContext& c, const KernelTable& table) {
  const TensorInfo &a = c.in_info(0), &b = c.in_info(1), &y = c.out_info();
  const bool codes = y.dtype == DType::kInt8 || y.dtype == DType::kUint8;
  const bool alike =
      a.dtype == y.dtype && b.dtype == y.dtype && a.shape == y.shape && b.shape == y.shape;
  if (!codes || !alike || c.rounding() != Rounding::kDouble) return nullptr;
  const AddMultipliers m = add_multipliers(c.graph, c.op);
  if (m.left_shift != 20 || m.a.shift > 0 || m.b.shift > 0) return nullptr;
  return std::make_unique<Add>(c, table);
}

}  // namespace vernier::golden::fast
