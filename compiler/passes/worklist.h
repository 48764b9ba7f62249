// The work of a program, engine by engine but in one order, before loads are merged into it.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan.h"
#include "compiler/schedule.h"
#include "hw_models/spec/machine.h"

namespace vernier::compiler {

// One MAC tile, POST instruction or STORE, with the descriptors it needs in front.
struct Work {
  Instruction insn;
  std::vector<Instruction> descriptors;
  int layer = 0;
  std::vector<int> loads;  // indices in WorkList::loads
  std::vector<int>
      behind;  // indices in WorkList::work: work of other engines that has ended before
  std::int64_t cycles = 0;  // estimated duration
  std::int64_t done = 0;    // estimated end, filled by the merge
  // --- MAC tiles; indices in WorkList::work, -1: none
  int weights = -1;    // load
  int first_rows = 0;  // weight rows of the first pass
  int next_tile = -1;  // the MAC tile behind it
  // --- POST
  int drains = -1;          // the MAC tile whose start_of_last_pass it follows
  std::int64_t trails = 0;  // estimated cycles of that last pass
  int params = -1;          // load
  std::int64_t record = 0;  // first record within that load
  int table = -1;           // load
  // --- STORE
  int tensor = -1;
  std::uint32_t dram_offset = 0;  // of the first row within the tensor

  Engine engine() const { return engine_of(insn); }
  bool is_mac() const { return std::holds_alternative<insn::MacTile>(insn); }
};

// One LOAD instruction.
struct LoadWork {
  enum class Kind { kAct, kWeights, kParams, kTable };
  Kind kind = Kind::kAct;
  int layer = 0;
  Instruction insn;               // kAct, complete
  int tensor = -1;                // kAct
  std::uint32_t dram_offset = 0;  // kAct: of the first byte within the tensor
  std::vector<int> behind;        // kAct: work that has ended before its rows are overwritten
  int block = -1;                 // constants
  std::int64_t extent = 0;        // words, records, tables
  std::int64_t entries = 0;       // kTable
  std::int64_t beats = 0;
  int last_use = -1;  // last work that reads it
  // --- filled by the merge
  std::int64_t at = 0;    // first word, record or table
  int index = -1;         // in the schedule
  std::int64_t done = 0;  // estimated arrival
};

// A memory that is filled in a circle.
struct Ring {
  struct Region {
    std::int64_t begin, end;
    int load;
  };
  std::int64_t size = 0;
  std::int64_t head = 0;
  std::vector<Region> live;  // in order of allocation
};

struct WorkList {
  std::vector<Work> work;
  std::vector<LoadWork> loads;  // in order of first use
  std::vector<ConstantBlock> blocks;
};

WorkList make_work(const Plan& plan);

}  // namespace vernier::compiler
