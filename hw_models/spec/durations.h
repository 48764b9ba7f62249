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

// When one pass over a tile feeds the array: the vector of output pixel (row, x) of the tile enters
// in cycle row * row_cycles + first + x * step of the pass.
struct PassFeed {
  std::int64_t first = 0, step = 1, row_cycles = 0;

  std::int64_t cycle(std::int64_t row, std::int64_t x) const {
    return row * row_cycles + first + x * step;
  }
  bool operator==(const PassFeed& o) const {
    return first == o.first && step == o.step && row_cycles == o.row_cycles;
  }
};
// Channel and packed mode feed a vector a cycle: {0, 1, width}. Depthwise mode shifts a window of
// taps by one image column a cycle. Output pixel 0 is complete with its last column, kx_max, and
// pixel x stride_w * x columns later; the window is cleared at a row's start, so it begins with
// column max(first needed, 0), or with pixel 0's last one where that lies left of the image:
//   begin(x) = (x0 + x) * stride_w - pad_left
//   first = max(0, begin(0) + kx_max * dilation_w - max(0, begin(0) + kx_min * dilation_w))
//   step = stride_w, row_cycles = first + (width - 1) * stride_w + 1
// kx_min and kx_max are the least and greatest tap of the pass's segments.
PassFeed pass_feed(const MacRegisters& r, const insn::MacTile& t, const Pass& pass);

// Cycles of one pass: max(height * row_cycles, next_rows, height * first + kMacPassMin). While it
// feeds, the loader fills the shadow tile with the next pass's `next_rows` weight rows through the
// weight memory's read port, one row per cycle. The least keeps an accumulator's next read behind
// its write, also when the next pass has first = 0.
std::int64_t pass_cycles(const PassFeed& feed, std::int64_t height, std::int64_t next_rows);

// A MAC tile, cycle by cycle relative to its first cycle.
struct MacTileTiming {
  std::int64_t duration = 0;            // whole instruction
  std::int64_t start_of_last_pass = 0;  // its first feeding cycle
  std::int64_t feeding = 0;             // feeding cycles: sum over passes of height * row_cycles
  std::int64_t vectors = 0;             // vectors fed: passes * height * width
  PassFeed last;                        // of the last pass
};
// duration = kMacSetupCycles                                  counters are loaded
//          + (preloaded ? 0 : rows(0))                        one weight row per cycle
//          + sum over passes of pass_cycles
// Behind the last pass stands the next tile's first one: its next_rows.
MacTileTiming mac_tile_timing(const HwConfig& config, const MacRegisters& r,
                              const insn::MacTile& t);

// The least PostDrain.lag behind a tile: vector i of the drain, `per_pixel` of them for each pixel,
// reads its accumulators in cycle kPostLead + lag + i, at the earliest one cycle behind
// start_of_last_pass; the accumulators of pixel p are written kMacPipeline behind feed.cycle(p). So
//   lag = max over p of max(0, feed.cycle(p) - p * per_pixel)
// which one of the tile's four corners attains. 0 in channel and packed mode.
std::int64_t drain_lag(const PassFeed& feed, std::int64_t height, std::int64_t width,
                       std::int64_t per_pixel);
// The same for a drain of `cols` channels behind tile t.
std::int64_t drain_lag(const HwConfig& config, const MacRegisters& r, const insn::MacTile& t,
                       std::int64_t cols);

// PostCopy: runs of one row that one vector takes. Runs no longer than the lanes share a vector as
// long as it holds them and one access of act_word_bytes() covers them, where they are read and
// where they are written.
std::int64_t copy_runs_together(const HwConfig& config, const insn::PostStride& s,
                                const insn::PostCopy& c);

// Cycles in which a POST instruction's pipeline is fed: a vector or, of a broadcast operand, a
// fetch.
std::int64_t post_vectors(const HwConfig& config, const PostRegisters& r, const Instruction& i);
// Duration of any MAC or POST instruction (descriptors and waits: 1), n = post_vectors:
//   drain    kPostLead + lag + n + read + requantizer   n = pixels * ceil(cols / lanes)
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

// Cycles from the start of POST instruction i to the earliest start of `next`, the one behind it. A
// drain that follows a drain shares its descriptors and needs nothing but the accumulators' read
// port and the lanes' first stage: it may start lag + N cycles behind, so that its first read comes
// the cycle behind the last one. Everything else waits for the end: post_duration.
std::int64_t post_interval(const HwConfig& config, const PostRegisters& r, const Instruction& i,
                           const Instruction& next);

}  // namespace vernier
