#include "hw_models/spec/mac_passes.h"

#include <algorithm>

namespace vernier {

Pass next_pass(const insn::MacKernel& kernel, int channels, int array_rows, PassState* state) {
  Pass pass;
  if (kernel.packed == 0 && kernel.depthwise == 0) {
    const int length = std::min(array_rows, channels - state->offset);
    pass.segments.push_back({state->ky, state->kx, state->offset, 0, length});
    pass.rows = length;
    state->offset += length;
    if (state->offset >= channels) {
      state->offset = 0;
      if (++state->kx >= kernel.kernel_w) {
        state->kx = 0;
        ++state->ky;
      }
    }
    return pass;
  }
  const int run = static_cast<int>(kernel.kernel_w) * (kernel.depthwise != 0 ? 1 : channels);
  pass.segments.reserve(static_cast<std::size_t>(kernel.segments));
  while (pass.rows < array_rows && state->ky < kernel.kernel_h &&
         static_cast<std::int64_t>(pass.segments.size()) < kernel.segments) {
    const int length = std::min(array_rows - pass.rows, run - state->offset);
    pass.segments.push_back({state->ky, 0, state->offset, pass.rows, length});
    pass.rows += length;
    state->offset += length;
    if (state->offset >= run) {
      state->offset = 0;
      ++state->ky;
    }
  }
  return pass;
}

std::vector<Pass> passes_from(const insn::MacKernel& kernel, int channels, int array_rows,
                              PassState state, std::int64_t most) {
  std::vector<Pass> list;
  if (most > 0) list.reserve(static_cast<std::size_t>(std::min<std::int64_t>(most, 256)));
  while (state.ky < kernel.kernel_h &&
         (most < 0 || static_cast<std::int64_t>(list.size()) < most)) {
    list.push_back(next_pass(kernel, channels, array_rows, &state));
    if (list.back().rows <= 0) break;
  }
  return list;
}

}  // namespace vernier
