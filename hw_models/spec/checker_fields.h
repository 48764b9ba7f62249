// Operands and addresses of every instruction against the configuration it is compiled for.
#pragma once

#include "hw_models/spec/checker_listing.h"

namespace vernier {

// Walks the program once, keeping the descriptor registers and what MAC's tiles leave behind.
// Throws Error naming pc, word, field, value and range:
//   ProgramOperand  0 rows, bytes, pixels or passes; clamps, shifts, multipliers, zero points and
//                   modes the machine does not have; operands of one instruction that do not fit
//                   each other; next_rows of a tile and preloaded of the next that disagree
//   ProgramAddress  base + (n - 1) * stride + length beyond the activation, weight, parameter,
//                   table or accumulator memory or the DRAM image; constants read from elsewhere
//                   than the program's constants; STORE into program or constants
//   ProgramPoison   accumulators added to that no tile has cleared
// Precondition: check_pages.
void check_fields(const Listing& listing);

}  // namespace vernier
