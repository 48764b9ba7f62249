// The decoded program as the parts of the checker see it.
#pragma once

#include <string>
#include <vector>

#include "hw_models/spec/error.h"
#include "hw_models/spec/program.h"
#include "hw_models/spec/tokens.h"

namespace vernier {

struct Listing {
  const Program& program;
  const std::string& where;
  std::vector<Instruction> insns;
  std::vector<TokenFields> tokens;

  // Decodes; throws Error(ProgramInstruction).
  Listing(const Program& p, const std::string& name);
  const HwConfig& config() const { return program.config; }
  std::size_t size() const { return insns.size(); }
  // "pc 12 (mac.tile height=4 width=4)"
  std::string at(std::size_t pc) const;
  [[noreturn]] void fail(ErrorId id, std::size_t pc, const std::string& what) const;
};

}  // namespace vernier
