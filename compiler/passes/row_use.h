// Which rows of its operands a layer reads for some of its output rows.
#pragma once

#include <algorithm>
#include <vector>

#include "compiler/plan.h"

namespace vernier::compiler {

struct RowUse {
  int tensor = -1;  // the storage
  int height = 0;   // its rows
  // Output row y reads rows y / repeat * stride - pad and the extent - 1 behind it, those inside
  // the image. `repeat` is 1 but where rows are enlarged.
  int stride = 1, pad = 0, extent = 1, repeat = 1;
  bool whole = false;  // every output row may read every row

  int first(int y) const { return whole ? 0 : std::clamp(y / repeat * stride - pad, 0, height); }
  // Behind the last row that output rows up to y - 1 read.
  int end(int y) const {
    return whole ? height : std::clamp((y - 1) / repeat * stride - pad + extent, 0, height);
  }
};

// One entry for each activation operand; empty for aliases and folded layers.
std::vector<RowUse> row_uses(const Plan& plan, const LayerPlan& layer);

}  // namespace vernier::compiler
