#include "hw_models/spec/checker_listing.h"

#include <fmt/format.h>

namespace vernier {

Listing::Listing(const Program& p, const std::string& name) : program(p), where(name) {
  insns.reserve(p.words.size());
  tokens.reserve(p.words.size());
  for (std::size_t pc = 0; pc < p.words.size(); ++pc) {
    insns.push_back(decode(p.words[pc], where, pc));
    tokens.push_back(token_fields(insns.back()));
  }
}

std::string Listing::at(std::size_t pc) const {
  return fmt::format("pc {} ({})", pc, disassemble(insns[pc]));
}

void Listing::fail(ErrorId id, std::size_t pc, const std::string& what) const {
  const Word& w = program.words[pc];
  throw Error(id, where,
              fmt::format("pc {}, word {:016x}{:016x}, {}: {}", pc, w.hi, w.lo,
                          disassemble(insns[pc]), what));
}

}  // namespace vernier
