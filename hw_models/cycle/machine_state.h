// Everything the engines share in one run: the decoded program, memories, counters of tokens, and
// what was observed. No SystemC in here: it is state, the engines are behaviour.
#pragma once

#include <array>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include "hw_models/cycle/events.h"
#include "hw_models/cycle/memories.h"
#include "hw_models/cycle/units.h"
#include "hw_models/spec/descriptors.h"
#include "hw_models/spec/durations.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/hw_config.h"
#include "hw_models/spec/machine.h"
#include "hw_models/spec/ports.h"
#include "hw_models/spec/program.h"
#include "hw_models/spec/tokens.h"

namespace vernier::cycle {

// How one instruction ran.
struct InsnTiming {
  std::int64_t head = 0;    // cycle in which its engine was free and it stood at the queue's head
  std::int64_t start = -1;  // first cycle, -1: never started
  std::int64_t end = -1;    // last cycle
  std::int8_t blocker =
      -1;  // engine whose token came last when start > head; LOAD's channel: kLoad
};

// A program ready to run: decoded once, run many times.
struct DecodedProgram {
  const Program* program = nullptr;
  std::vector<Instruction> insns;
  std::vector<TokenFields> tokens;
  std::vector<PortUse> port_uses;     // different sets of ports of the activation memory
  std::vector<std::int32_t> port_of;  // per pc: index in port_uses, -1: uses none
};
// Throws Error(ProgramInstruction).
DecodedProgram decode_program(const Program& program, const std::string& where);

// A unit of the RTL gave another result than the model.
struct UnitsDivergence {
  std::uint32_t pc = 0;
  std::int64_t cycle = 0;  // absolute
  UnitMismatch mismatch;
};

// An instruction that uses ports of the activation memory in cycles begin .. end.
struct PortWindow {
  Engine engine = Engine::Dispatch;
  std::uint32_t pc = 0;
  std::int64_t begin = 0, end = -1;
};

// The tile that has last begun to fill an accumulator buffer: when its last pass feeds.
struct FilledBuffer {
  std::uint32_t pc = 0;
  std::int64_t last_pass = -1;  // absolute cycle, -1: no tile yet
  std::int64_t height = 0, width = 0;
  PassFeed feed;
};

struct MachineState {
  // --- set when armed
  HwConfig config;
  const DecodedProgram* decoded = nullptr;
  bool data = false;       // execute values, not only time
  Units* units = nullptr;  // Verilated units in the loop, or nullptr
  Observer* observer = nullptr;
  std::vector<std::uint8_t>* dram = nullptr;  // the whole image, when data

  // --- contents
  ActMemory act;
  WeightMemory weights;
  AccMemory acc;
  std::vector<ParamRecord> params;
  std::array<std::vector<std::uint32_t>, kLutTables> luts;
  Registers regs;
  std::vector<PortWindow> port_windows;  // of instructions that run or are about to
  std::array<FilledBuffer, 4> filled;    // by accumulator buffer

  // --- results
  std::vector<InsnTiming> timing;  // per pc
  std::int64_t last_cycle = -1;    // latest cycle in which anything happened
  std::int64_t overflows = 0;      // accumulations that wrapped
  bool ended = false;              // END has been dispatched
  std::exception_ptr failure;
  bool diverged = false;
  UnitsDivergence divergence;

  // tokens[from][to]
  std::array<std::array<int, kEngines>, kEngines> tokens{};

  bool stopped() const { return failure != nullptr || diverged; }
  void happened(std::int64_t cycle) {
    if (cycle > last_cycle) last_cycle = cycle;
  }
  // The instruction at `pc` uses its ports in cycles begin .. end; called before `begin` is over.
  // Throws Error(ProgramPort) when another engine uses one of them in one of these cycles.
  void use_ports(Engine engine, std::uint32_t pc, std::int64_t begin, std::int64_t end,
                 std::int64_t now);
  // Throws Error(ProgramAddress/...) naming pc and instruction.
  [[noreturn]] void trap(ErrorId id, std::uint32_t pc, const std::string& what) const;
};

}  // namespace vernier::cycle
