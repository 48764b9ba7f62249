// What AVERAGE_POOL_2D and MAX_POOL_2D share.
#pragma once

#include "compiler/import/op_reader.h"

namespace vernier {

// Input [1][h][w][c], output [1][oh][ow][c] of the same scale and zero point.
void import_pool(OpReader& op);

}  // namespace vernier
