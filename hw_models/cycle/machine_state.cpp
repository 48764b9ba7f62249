#include "hw_models/cycle/machine_state.h"

#include <fmt/format.h>

namespace vernier::cycle {

TokenFields token_fields(const Instruction& i) {
  TokenFields t;
  const auto note = [&t](std::string_view field, std::int64_t value) {
    constexpr std::array<std::string_view, kEngines> kNames = {"load", "store", "mac", "post"};
    constexpr std::string_view kWait = "wait_", kSignal = "signal_";
    for (std::size_t e = 0; e < kNames.size(); ++e) {
      if (field.substr(0, kWait.size()) == kWait && field.substr(kWait.size()) == kNames[e]) {
        t.waits[e] = static_cast<int>(value);
      }
      if (field.substr(0, kSignal.size()) == kSignal && field.substr(kSignal.size()) == kNames[e]) {
        t.signals[e] = value != 0;
      }
    }
  };
  std::visit(
      [&](const auto& one) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, std::monostate>) {
          insn::fields(one, [&](const char* name, std::int64_t value, int, bool, const char*) {
            note(name, value);
          });
        }
      },
      i);
  if (std::holds_alternative<insn::MacTile>(i)) {
    t.signals[static_cast<std::size_t>(Engine::Post)] = false;
  }
  return t;
}

DecodedProgram decode_program(const Program& program, const std::string& where) {
  DecodedProgram d;
  d.program = &program;
  d.insns.reserve(program.words.size());
  d.tokens.reserve(program.words.size());
  for (std::size_t pc = 0; pc < program.words.size(); ++pc) {
    d.insns.push_back(decode(program.words[pc], where, pc));
    d.tokens.push_back(token_fields(d.insns.back()));
  }
  return d;
}

void MachineState::trap(ErrorId id, std::uint32_t pc, const std::string& what) const {
  throw Error(id, fmt::format("pc {}", pc),
              fmt::format("{}: {}", disassemble(decoded->insns[pc]), what));
}

}  // namespace vernier::cycle
