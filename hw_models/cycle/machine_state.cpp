#include "hw_models/cycle/machine_state.h"

#include <fmt/format.h>

namespace vernier::cycle {
namespace {

// Instructions of one layer mostly use the same ports: equal neighbours share an entry.
std::int32_t index_of(const PortUse& use, std::vector<PortUse>* uses) {
  const std::size_t recent = uses->size() < 4 ? 0 : uses->size() - 4;
  for (std::size_t i = recent; i < uses->size(); ++i) {
    if ((*uses)[i] == use) return static_cast<std::int32_t>(i);
  }
  uses->push_back(use);
  return static_cast<std::int32_t>(uses->size()) - 1;
}

}  // namespace

DecodedProgram decode_program(const Program& program, const std::string& where) {
  DecodedProgram d;
  d.program = &program;
  d.insns.reserve(program.words.size());
  d.tokens.reserve(program.words.size());
  d.port_of.reserve(program.words.size());
  Registers registers;  // MAC and POST load theirs in program order
  for (std::size_t pc = 0; pc < program.words.size(); ++pc) {
    d.insns.push_back(decode(program.words[pc], where, pc));
    const Instruction& i = d.insns.back();
    d.tokens.push_back(token_fields(i));
    const PortUse use = registers.load(i) ? PortUse{} : port_use(program.config, registers, i);
    d.port_of.push_back(use.empty() ? -1 : index_of(use, &d.port_uses));
  }
  return d;
}

void MachineState::use_ports(Engine engine, std::uint32_t pc, std::int64_t begin, std::int64_t end,
                             std::int64_t now) {
  const std::int32_t index = decoded->port_of[pc];
  if (index < 0) return;
  const PortUse& use = decoded->port_uses[static_cast<std::size_t>(index)];
  std::size_t kept = 0;
  for (const PortWindow& other : port_windows) {
    if (other.end < now) continue;
    port_windows[kept++] = other;
    if (other.engine == engine || other.end < begin || end < other.begin) continue;
    const auto of_other = static_cast<std::size_t>(decoded->port_of[other.pc]);
    const PortUse& theirs = decoded->port_uses[of_other];
    if (!use.read.meets(theirs.read) && !use.write.meets(theirs.write)) continue;
    trap(ErrorId::ProgramPort, pc,
         fmt::format("{} in cycles {}..{} and {} pc {} ({}) in cycles {}..{} use {}",
                     engine_name(engine), begin, end, engine_name(other.engine), other.pc,
                     disassemble(decoded->insns[other.pc]), other.begin, other.end,
                     shared_port(use, theirs)));
  }
  port_windows.resize(kept);
  port_windows.push_back({engine, pc, begin, end});
}

void MachineState::trap(ErrorId id, std::uint32_t pc, const std::string& what) const {
  throw Error(id, fmt::format("pc {}", pc),
              fmt::format("{}: {}", disassemble(decoded->insns[pc]), what));
}

}  // namespace vernier::cycle
