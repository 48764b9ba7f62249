// The POST instructions of a layer without MACs.
#pragma once

#include <utility>
#include <vector>

#include "compiler/plan.h"

namespace vernier::compiler {

// One instruction with the descriptors that it needs in front of it.
struct VectorPiece {
  std::vector<Instruction> descriptors;
  Instruction insn;
};

// Where the result and the operands of a layer lie.
struct VectorPlaces {
  Placement out;
  std::vector<std::pair<int, Placement>> operands;  // tensor, as VectorPlan::operands

  const Placement& of(int tensor) const;
};

// The pieces that make output rows [y0, y0 + rows) of the layer; all of them where the layer is not
// made row by row.
std::vector<VectorPiece> vector_pieces(const HwConfig& config, const LayerPlan& layer,
                                       const VectorPlaces& places, int y0, int rows);

// The descriptor of a layer's output.
insn::PostOfmap ofmap_of(const LayerPlan& layer, const Placement& place);

}  // namespace vernier::compiler
