// The post.copy instructions of a layer that moves bytes.
#pragma once

#include <optional>

#include "compiler/passes/vector_work.h"

namespace vernier::compiler {

// What of the copy makes output rows [y0, y0 + rows); nothing where it makes none of them.
std::optional<CopyPlan> copy_of_rows(const CopyPlan& plan, int y0, int rows);

// See vector_pieces. Descriptors stand only where they change from one copy to the next.
std::vector<VectorPiece> copy_pieces(const HwConfig& config, const LayerPlan& layer,
                                     const VectorPlaces& places, int y0, int rows);

}  // namespace vernier::compiler
