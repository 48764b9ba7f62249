// vernier disasm PROGRAM: the instructions of a program file as text.
#pragma once

#include <string>

#include "hw_models/spec/program.h"

namespace vernier {

// One line per instruction: pc, page, layer, word in hex, text. Throws Error(ProgramInstruction)
// naming `where`.
std::string listing_text(const Program& program, const std::string& where);

// Prints the listing of a program file to stdout. Returns kExitOk; throws what load_program throws,
// and Error(FileWrite) when stdout does not take it.
int run_disasm(const std::string& path);

}  // namespace vernier
