// The static checker: what can be told of a program without running it. `vernier check PROGRAM`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "hw_models/spec/program.h"

namespace vernier {

struct CheckReport {
  std::size_t instructions = 0;
  std::size_t pages = 0;
  std::int64_t tokens = 0;      // sent between engines in a run
  std::size_t port_users = 0;   // instructions that use ports of the activation memory
  std::size_t port_orders = 0;  // uses of one port by two engines that were shown to be ordered
};

// Checks a program in this order, each step relying on those before it:
//   words      opcodes, reserved bits, at most 2^24                    E-PRG-002, E-PRG-009
//   pages      ends, sizes, fetches (pages.h)                          E-PRG-009
//   fields     every operand has a meaning for this configuration and
//              every address stays in its memory (checker_fields.h)    E-PRG-004, E-PRG-005,
//              E-PRG-010
//   tokens     in-order queues and counters cannot lock up or
//              overflow (checker_order.h)                              E-PRG-006
//   ports      no two engines can use one port of the activation memory
//              in the same cycle, whatever DRAM does (checker_ports.h) E-PRG-007
// `where` names the program in messages. Throws Error at the first finding.
CheckReport check_program(const Program& program, const std::string& where);

}  // namespace vernier
