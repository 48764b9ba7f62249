// How long each instruction lasts, as closed forms of its fields, its engine's descriptor registers
// and the configuration; never of data. docs/machine.md derives them from ports, registers and
// pipeline stages. Durations count the first and the last cycle.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/spec/descriptors.h"
#include "hw_models/spec/hw_config.h"
#include "hw_models/spec/mac_passes.h"

namespace vernier {

// Cycles that n bytes occupy the DRAM channel: ceil(n / bytes_per_cycle).
std::int64_t dram_beats(const HwConfig& config, std::int64_t bytes);
// Beats of an activation transfer. Every row begins on a beat of its own, so that no beat touches
// two banks: rows * ceil(row_bytes / bytes_per_cycle).
std::int64_t act_beats(const HwConfig& config, std::int64_t rows, std::int64_t row_bytes);
// Beats of any LOAD or STORE instruction; 0 for the others.
std::int64_t transfer_beats(const HwConfig& config, const Instruction& i);

// A MAC tile, cycle by cycle relative to its first cycle.
struct MacTileTiming {
  std::int64_t duration = 0;            // whole instruction
  std::int64_t start_of_last_pass = 0;  // cycle in which the last pass feeds its first vector
  std::int64_t vectors = 0;             // feeding cycles: passes * pixels
  std::int64_t lanes = 0;               // sum over passes of array rows in use
  std::int64_t passes = 0;
};
// duration = kMacSetupCycles                                  counters are loaded
//          + (preloaded ? 0 : rows(0))                        one weight row per cycle, one read
//          port
//          + sum over passes j of max(P, rows(j + 1), kMacPassMin)
// P = height * width pixels, one vector per cycle (one read port per bank); while pass j works the
// loader fills the shadow tile for pass j + 1 through the weight memory's read port, one row per
// cycle; behind the last pass stands the next tile's first one, rows(last + 1) = next_rows.
MacTileTiming mac_tile_timing(const HwConfig& config, const MacRegisters& r,
                              const insn::MacTile& t);

// PostCopy: runs of one row that one vector takes. Runs no longer than the lanes share a vector as
// long as it holds them and one access of act_word_bytes() covers them, where they are read and
// where they are written.
std::int64_t copy_runs_together(const HwConfig& config, const insn::PostStride& s,
                                const insn::PostCopy& c);

// Cycles in which a POST instruction's pipeline is fed: a vector or, of a broadcast operand, a
// fetch.
std::int64_t post_vectors(const HwConfig& config, const PostRegisters& r, const Instruction& i);
// Duration of any MAC or POST instruction (descriptors and waits: 1), n = post_vectors:
//   drain    kPostLead + n + read + requantizer         n = pixels * ceil(cols / lanes)
//              the lead keeps a trailing drain behind the accumulators
//   add      setup + n + read + operand scaler + requantizer
//   mul      setup + n + read + multiply + requantizer
//              n of both, by PostSourceB.broadcast:
//                0  rows * ceil(row bytes / lanes)
//                1  ceil(C / lanes) * (1 + rows * width)      the channels of B's pixel stay
//                2  1 + rows * ceil(row bytes / lanes)        B's byte stays
//   rescale  setup + n + read + requantizer             n = rows * ceil(row bytes / lanes)
//   lut      setup + n + read + table                   likewise
//   move     setup + n + read                           n = runs of at most `lanes` bytes that
//              cross no row end on either side
//   copy     setup + n + read                           n = rows * ceil(runs / m) *
//              ceil(length / lanes), m = copy_runs_together
//   pool     setup + n + read + accumulate + requantizer
//              n = windows * ceil(C / lanes) * taps; taps outside the image take their cycle
//   softmax  setup + pixels * (ceil(C / lanes) + C + kReciprocalCycles + C + read + table +
//              requantizer); the exponentials have one read port
std::int64_t post_duration(const HwConfig& config, const PostRegisters& r, const Instruction& i);

}  // namespace vernier
