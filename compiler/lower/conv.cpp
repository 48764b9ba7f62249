#include "compiler/lower/lower.h"

namespace vernier::compiler {

void lower_conv(LowerContext& c) {
  set_filter(c);
  if (c.in(1).shape[3] != c.layer.matmul.in.c) c.refuse("grouped convolution is not lowered");
  set_records(c);
}

}  // namespace vernier::compiler
