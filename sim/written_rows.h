// Which row of a tensor a write goes to when the tensor's rows share slots: the row range of the
// instruction that writes tells.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/spec/program.h"

namespace vernier {

class WrittenRows {
 public:
  // Decodes the program's POST instructions if any layer has a ring. Throws
  // Error(ProgramInstruction).
  explicit WrittenRows(const Program& program);

  // The row in slot `slot` of a tensor at `place` among those that the instruction at `pc` writes;
  // -1 when there is none. An instruction writes no more rows than a ring has slots, so there is at
  // most one.
  int row(const Placement& place, std::uint32_t pc, int slot) const;

 private:
  struct Range {
    std::int32_t first = 0, rows = 0, step = 1;
  };
  std::vector<Range> ranges_;  // per pc; empty without a ring
};

}  // namespace vernier
