#include "compiler/import/broadcast.h"

namespace vernier {

void import_sub(OpReader& op) {
  op.op().attrs.activation = op.fused(op.options<fb::SubOptions>().fused_activation_function());
  import_sum(op);
}

}  // namespace vernier
