// Operators that change how bytes are named, not their order: RESHAPE, and others where nothing
// moves.
#pragma once

#include "compiler/lower/lower.h"

namespace vernier::compiler {

// Whether every reader of tensor `t` takes its bytes in rows of any length; with `through` those
// as well that leave rows as they are for readers that do.
bool any_rows_do(const Graph& graph, int t, bool through);

// The output has input i's bytes in their order: another name for them where the rows agree or no
// reader minds, else a copy into rows of the output's own length.
void lower_view(LowerContext& c, std::size_t i);

}  // namespace vernier::compiler
