// The reduction passes of a MAC tile: which ifmap bytes meet which array rows in which pass. The
// compiler lays weights out in this order, the feeder walks it, the formulas count it.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/spec/isa.h"

namespace vernier {

// A contiguous run of ifmap bytes, or of taps of one kernel row, on contiguous lanes.
struct PassSegment {
  int ky = 0;  // kernel row
  int kx = 0;  // channel mode: kernel column; else 0
  // Channel mode: first channel; packed mode: first byte of the run kernel_w x channels; depthwise
  // mode: first tap of the kernel row.
  int offset = 0;
  int lane = 0;    // first array row
  int length = 0;  // bytes or taps = lanes
};

struct Pass {
  std::vector<PassSegment> segments;
  int rows = 0;  // array rows in use = rows of its weight tile
};

// Where a reduction stands between two passes.
struct PassState {
  int ky = 0, kx = 0, offset = 0;
  bool operator==(const PassState& o) const {
    return ky == o.ky && kx == o.kx && offset == o.offset;
  }
};

// The pass that begins at *state; moves *state behind it. Channel mode: up to `array_rows` channels
// of one tap, taps in the order ky, kx. Packed mode: the runs of up to kernel.segments kernel rows,
// in order, cut where the lanes end. Depthwise mode: the same with runs of kernel_w taps, whatever
// `channels` is. state->ky == kernel_h when the reduction is complete.
Pass next_pass(const insn::MacKernel& kernel, int channels, int array_rows, PassState* state);

// All passes from `state` on, at most `most` (-1: to the end).
std::vector<Pass> passes_from(const insn::MacKernel& kernel, int channels, int array_rows,
                              PassState state, std::int64_t most = -1);

}  // namespace vernier
