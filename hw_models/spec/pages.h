// The page structure of a program: program memory has two halves, boot loads page 0 into the first,
// LOAD fills the half that is not running.
#pragma once

#include <string>
#include <vector>

#include "hw_models/spec/program.h"

namespace vernier {

// What must hold before the dispatcher may look at anything: pages rise from pc 0 and fit a half;
// the last ends in END, every other in SWITCH, and neither stands elsewhere; every page but the
// last holds one load.program, of the page behind it. `insns` are the decoded words. Throws
// Error(ProgramEnd) naming `where`, page and pc.
void check_pages(const Program& program, const std::vector<Instruction>& insns,
                 const std::string& where);

}  // namespace vernier
