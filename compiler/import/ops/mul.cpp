#include <algorithm>

#include "compiler/import/broadcast.h"
#include "compiler/import/requantization.h"

namespace vernier {

// y = MBQM((x1 - z1) * (x2 - z2), s1 * s2 / so) + zo, of operands that broadcast.
void import_mul(OpReader& op) {
  op.op().attrs.activation = op.fused(op.options<fb::MulOptions>().fused_activation_function());
  require_broadcast(op);
  const TensorInfo& a = op.operand(0);
  const TensorInfo& b = op.operand(1);
  const double real =
      double{a.quant.scale[0]} * double{b.quant.scale[0]} / double{op.output().quant.scale[0]};
  // Some runtimes round the quotient to float32 (numerics.md 2.4), which may reach the next power
  // of two.
  require_multiplier(op, std::max(real, double{static_cast<float>(real)}), reach(a) * reach(b),
                     "input scales over output scale");
}

}  // namespace vernier
