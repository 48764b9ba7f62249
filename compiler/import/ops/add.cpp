#include "compiler/import/broadcast.h"

namespace vernier {

void import_add(OpReader& op) {
  op.op().attrs.activation = op.fused(op.options<fb::AddOptions>().fused_activation_function());
  import_sum(op);
}

}  // namespace vernier
