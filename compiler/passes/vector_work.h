// The POST instructions of a layer without MACs.
#pragma once

#include <vector>

#include "compiler/plan.h"

namespace vernier::compiler {

// One instruction with the descriptors that it needs in front of it.
struct VectorPiece {
  std::vector<Instruction> descriptors;
  Instruction insn;
};

// Where the operands and the result of a layer lie.
struct VectorPlaces {
  Placement a, b, out;
};

// The pieces that make output rows [y0, y0 + rows) of the layer; all of them where the layer is not
// made row by row.
std::vector<VectorPiece> vector_pieces(const LayerPlan& layer, const VectorPlaces& places, int y0,
                                       int rows);

// The descriptor of a layer's output.
insn::PostOfmap ofmap_of(const LayerPlan& layer, const Placement& place);

}  // namespace vernier::compiler
