// RESHAPE: the same bytes under another shape. The second operand, if any, is the shape, which the
// importer has folded into the output's.
#include "hw_models/golden/golden.h"
#include "hw_models/spec/error.h"

namespace vernier::golden {

void golden_reshape(const OpContext& c) {
  check(c.in(0).bytes.size() == c.out().bytes.size(), "a RESHAPE that keeps the element count");
  c.out().bytes = c.in(0).bytes;
}

}  // namespace vernier::golden
