// POST's instructions that move bytes: rows of another length, and strided runs.
#include <algorithm>

#include "hw_models/cycle/post.h"

namespace vernier::cycle {

void Post::move(const insn::PostMove& m) {
  const auto& r = state_.regs.post;
  const std::int64_t in_row = std::max<std::int64_t>(1, r.a.width * r.a.channels);
  const std::int64_t out_row = std::max<std::int64_t>(1, r.ofmap.width * r.ofmap.channels);
  for (std::int64_t at = 0; at < m.bytes;) {
    const auto n =
        static_cast<int>(std::min({std::int64_t{state_.config.post_lanes}, in_row - at % in_row,
                                   out_row - at % out_row, m.bytes - at}));
    const std::uint8_t* p = source(r.a, at / in_row, at % in_row, n);
    std::uint8_t bytes[64];
    std::copy_n(p, n, bytes);
    write_bytes(at / out_row, at % out_row, bytes, n, kPostReadDone + v_.entered++);
    at += n;
  }
}

void Post::copy(const insn::PostCopy& c) {
  const auto& s = state_.regs.post.stride;
  const std::int64_t lanes = state_.config.post_lanes;
  const std::int64_t together = copy_runs_together(state_.config, s, c);
  for (std::int64_t row = 0; row < c.rows; ++row) {
    for (std::int64_t first = 0; first < s.runs; first += together) {
      const std::int64_t last = std::min(s.runs, first + together);
      // A run longer than the lanes is a vector for each of its pieces.
      for (std::int64_t at = 0; at < s.length; at += lanes) {
        const std::int64_t cycle = kPostReadDone + v_.entered++;
        copy_vector(c, row, first, last, at, cycle);
      }
    }
  }
}

void Post::copy_vector(const insn::PostCopy& c, std::int64_t row, std::int64_t first,
                       std::int64_t last, std::int64_t at, std::int64_t cycle) {
  const auto& r = state_.regs.post;
  const auto& s = r.stride;
  const auto n = std::min<std::int64_t>(state_.config.post_lanes, s.length - at);
  const std::int64_t y = c.o_y0 + row * s.o_step;
  std::uint8_t bytes[64];
  std::fill_n(bytes, n * (last - first), static_cast<std::uint8_t>(r.ofmap.zero_point));
  for (std::int64_t i = first; i < last && c.fill == 0; ++i) {
    const std::uint8_t* from =
        source(r.a, c.a_y0 + row * s.a_step, c.a_byte + i * s.a_pitch + at, n);
    std::copy_n(from, n, bytes + (i - first) * n);
  }
  // Runs that follow each other without a gap are one write.
  const bool dense = s.o_pitch == n;
  const std::int64_t writes = dense ? 1 : last - first;
  const std::int64_t each = dense ? n * (last - first) : n;
  for (std::int64_t i = 0; i < writes; ++i) {
    write_bytes(y, c.o_byte + (first + i) * s.o_pitch + at, bytes + i * n, static_cast<int>(each),
                cycle);
  }
}

}  // namespace vernier::cycle
