// What the core tells while it runs: the canonical event stream (traces/README.md), one call per
// event. Trace writer, comparator and counters are observers. Cycles count from 0 at boot.
#pragma once

#include <cstdint>

#include "hw_models/spec/isa.h"

namespace vernier::cycle {

class Observer {
 public:
  virtual ~Observer() = default;
  // An instruction has run from cycle start to cycle end, both included.
  virtual void instruction(Engine /*engine*/, std::uint32_t /*pc*/, std::int64_t /*start*/,
                           std::int64_t /*end*/) {}
  // `n` bytes written to the activation memory by the instruction at pc, in one cycle.
  virtual void write(std::int64_t /*cycle*/, std::uint32_t /*pc*/, int /*bank*/, int /*offset*/,
                     const std::uint8_t* /*bytes*/, int /*n*/) {}
  // One accumulator entry of cols values written by a tile in one cycle.
  virtual void accumulate(std::int64_t /*cycle*/, std::uint32_t /*pc*/, int /*buffer*/,
                          int /*entry*/, const std::int32_t* /*values*/, int /*cols*/) {}
  // A DRAM transfer that begins at `cycle` and delivers its last byte at `last`.
  virtual void dram(std::int64_t /*cycle*/, std::int64_t /*last*/, std::uint32_t /*pc*/,
                    bool /*is_write*/, std::uint32_t /*addr*/, std::uint32_t /*bytes*/) {}
  // Whether accumulate() is wanted: it is called for every vector of every pass.
  virtual bool wants_accumulators() const { return false; }
};

// The pc that boot's transfer of page 0 carries in dram().
inline constexpr std::uint32_t kBootPc = 0xffffffff;

}  // namespace vernier::cycle
