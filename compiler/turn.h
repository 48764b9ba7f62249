// Networks of one-row images, [1, 1, W, C].
#pragma once

#include <optional>

#include "hw_models/spec/graph.h"

namespace vernier::compiler {

// The same network over [1, W, 1, C]: every byte of every tensor stays where it is, but the machine
// then sees W short rows instead of one long row, which it can hold and stream. Nothing where some
// image has more rows, a filter is higher than one, or an operator tells height and width apart in
// another way.
std::optional<Graph> turned(const Graph& graph);

}  // namespace vernier::compiler
