// The ordered instructions of a program before they are paged and encoded.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hw_models/spec/isa.h"

namespace vernier::compiler {

// Constants in DRAM that a LOAD brings in; offsets are assigned by the schedule in order of use.
struct ConstantBlock {
  enum class Kind { kWeights, kParams, kTable };
  Kind kind = Kind::kWeights;
  int layer = 0;
  int channel = 0;        // weights and params: first output channel
  int channels = 0;       // params: how many records
  std::size_t chunk = 0;  // weights
  std::uint32_t bytes = 0;
};

struct ScheduledInsn {
  Instruction insn;
  int layer = 0;
  // Per sending engine: index in Schedule::insns of the instruction whose token this one needs, or
  // -1.
  std::array<int, kEngines> needs{-1, -1, -1, -1};
  // LOAD of constants: index in Schedule::blocks, or -1. The DRAM address is filled in by emit.
  int block = -1;
  // LoadAct, StoreAct: the tensor, or -1, and where its first byte lies within it.
  int tensor = -1;
  std::uint32_t dram_offset = 0;
};

struct Schedule {
  std::vector<ScheduledInsn> insns;
  std::vector<ConstantBlock> blocks;
};

}  // namespace vernier::compiler
