// What a program does, counted from its instructions alone: the counts that energy is billed for.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/cycle/machine_state.h"

namespace vernier {

// Counts of one instruction or one layer.
struct Activity {
  // Lane-cycles of the MAC array (rows x cols lanes).
  std::int64_t lanes_active = 0;  // an ifmap element inside the image meets a weight
  std::int64_t lanes_zero = 0;    // the tap lies outside the image: a zero operand, gated
  // Rows or columns that the layer leaves unused while the feeder reads for them, and all lanes
  // while it only fills the depthwise window.
  std::int64_t lanes_padded = 0;
  std::int64_t macs = 0;  // lanes_active + lanes_zero: the nominal MACs
  // Accesses of memories; one is one word of one macro.
  std::int64_t act_reads = 0, act_writes = 0;
  std::int64_t weight_reads = 0, weight_writes = 0;      // rows
  std::int64_t acc_reads = 0, acc_writes = 0;            // entries
  std::int64_t param_reads = 0, param_writes = 0;        // records
  std::int64_t lut_reads = 0, lut_writes = 0;            // entries
  std::int64_t lane_lut_reads = 0, lane_lut_writes = 0;  // bytes of the lanes' copies of a table
  // Operations of POST.
  std::int64_t requantizations = 0, operand_scalings = 0, shifts = 0;
  std::int64_t adds = 0, compares = 0, multiplies = 0;
  std::int64_t products = 0;  // of two 9-bit operands
  // DRAM and control.
  std::int64_t dram_read_bytes = 0, dram_written_bytes = 0;
  std::int64_t instructions = 0, engine_cycles = 0;

  Activity& operator+=(const Activity& o);
};

// Per pc. An unaligned run that may straddle two words is billed as two accesses.
std::vector<Activity> program_activity(const cycle::DecodedProgram& decoded,
                                       const std::vector<cycle::InsnTiming>& timing);

}  // namespace vernier
