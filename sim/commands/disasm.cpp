#include "sim/commands/disasm.h"

#include <fmt/format.h>

#include "hw_models/spec/error.h"
#include "sim/commands/command_line.h"

namespace vernier {

std::string listing_text(const Program& program, const std::string& where) {
  std::string text = "     pc page layer word                              instruction\n";
  std::size_t page = 0;
  for (std::size_t pc = 0; pc < program.words.size(); ++pc) {
    if (page + 1 < program.page_begin.size() && program.page_begin[page + 1] == pc) ++page;
    const Word& w = program.words[pc];
    text += fmt::format("{:7} {:4} {:5} {:016x}{:016x}  {}\n", pc, page, program.layer_of[pc], w.hi,
                        w.lo, disassemble(decode(w, where, pc)));
  }
  return text;
}

int run_disasm(const std::string& path) {
  print(listing_text(load_program(path), path));
  return kExitOk;
}

}  // namespace vernier
