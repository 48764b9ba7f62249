#include "hw_models/spec/durations.h"

#include <algorithm>

#include "hw_models/spec/machine.h"

namespace vernier {
namespace {

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::int64_t move_vectors(const HwConfig& config, const PostRegisters& r, std::int64_t bytes) {
  const std::int64_t in_row = std::max<std::int64_t>(1, r.a.width * r.a.channels);
  const std::int64_t out_row = std::max<std::int64_t>(1, r.ofmap.width * r.ofmap.channels);
  std::int64_t n = 0;
  for (std::int64_t at = 0; at < bytes; ++n) {
    at += std::min({static_cast<std::int64_t>(config.post_lanes), in_row - at % in_row,
                    out_row - at % out_row, bytes - at});
  }
  return n;
}

// Vectors of A's rows, B's fetches where it is broadcast included.
std::int64_t pair_vectors(const HwConfig& config, const PostRegisters& r, std::int64_t rows) {
  const std::int64_t lanes = config.post_lanes;
  const std::int64_t whole = rows * ceil_div(r.a.width * r.a.channels, lanes);
  if (r.b.broadcast == kBroadcastPixel) {
    return ceil_div(r.a.channels, lanes) * (1 + rows * r.a.width);
  }
  return r.b.broadcast == kBroadcastByte ? 1 + whole : whole;
}

}  // namespace

std::int64_t copy_runs_together(const HwConfig& config, const insn::PostStride& s,
                                const insn::PostCopy& c) {
  const std::int64_t word = config.act_word_bytes();
  const std::int64_t length = std::max<std::int64_t>(1, s.length);
  std::int64_t m = std::min(config.post_lanes / length, s.runs);
  // One access covers m runs when the last one ends within its word.
  if (s.o_pitch > 0) m = std::min(m, (word - length) / s.o_pitch + 1);
  if (c.fill == 0 && s.a_pitch > 0) m = std::min(m, (word - length) / s.a_pitch + 1);
  return std::max<std::int64_t>(1, m);
}

std::int64_t dram_beats(const HwConfig& config, std::int64_t bytes) {
  return ceil_div(bytes, config.dram_bytes_per_cycle);
}

std::int64_t act_beats(const HwConfig& config, std::int64_t rows, std::int64_t row_bytes) {
  return rows * dram_beats(config, row_bytes);
}

std::int64_t transfer_beats(const HwConfig& config, const Instruction& i) {
  if (const auto* p = std::get_if<insn::LoadProgram>(&i)) {
    return dram_beats(config, p->count * kInstructionBytes);
  }
  if (const auto* w = std::get_if<insn::LoadWeights>(&i)) {
    return dram_beats(config, w->words * config.array_cols);
  }
  if (const auto* p = std::get_if<insn::LoadParams>(&i)) {
    return dram_beats(config, p->count * kParamRecordBytes);
  }
  if (const auto* l = std::get_if<insn::LoadLut>(&i)) return dram_beats(config, l->count * 4);
  if (const auto* a = std::get_if<insn::LoadAct>(&i)) {
    return act_beats(config, a->rows, a->row_bytes);
  }
  if (const auto* s = std::get_if<insn::StoreAct>(&i)) {
    return act_beats(config, s->rows, s->row_bytes);
  }
  return 0;
}

MacTileTiming mac_tile_timing(const HwConfig& config, const MacRegisters& r,
                              const insn::MacTile& t) {
  MacTileTiming timing;
  PassState state{static_cast<int>(r.reduce.ky), static_cast<int>(r.reduce.kx),
                  static_cast<int>(r.reduce.offset)};
  const int channels = static_cast<int>(r.ifmap.channels);
  Pass pass = next_pass(r.kernel, channels, config.array_rows, &state);
  std::int64_t at = kMacSetupCycles + (t.preloaded != 0 ? 0 : pass.rows);
  timing.vectors = r.reduce.passes * t.height * t.width;
  std::int64_t j = 0;
  const std::int64_t pixels = t.height * t.width;
  if (r.kernel.depthwise == 0 && pixels >= std::max(config.array_rows, kMacPassMin)) {
    // No pass but the last can be longer than its pixels: they need not be walked.
    j = std::max<std::int64_t>(0, r.reduce.passes - 1);
    at += j * pixels;
    timing.feeding = j * pixels;
  }
  for (; j < r.reduce.passes; ++j) {
    timing.start_of_last_pass = at;
    timing.last = pass_feed(r, t, pass);
    std::int64_t next_rows = t.next_rows;
    if (j + 1 < r.reduce.passes) {
      pass = next_pass(r.kernel, channels, config.array_rows, &state);
      next_rows = pass.rows;
    }
    timing.feeding += t.height * timing.last.row_cycles;
    at += pass_cycles(timing.last, t.height, next_rows);
  }
  timing.duration = at;
  return timing;
}

PassFeed pass_feed(const MacRegisters& r, const insn::MacTile& t, const Pass& pass) {
  const auto& k = r.kernel;
  if (k.depthwise == 0) return {0, 1, t.width};
  std::int64_t least = k.kernel_w, most = 0;
  for (const auto& s : pass.segments) {
    least = std::min<std::int64_t>(least, s.offset);
    most = std::max<std::int64_t>(most, s.offset + s.length - 1);
  }
  const std::int64_t dilation = std::max<std::int64_t>(1, k.dilation_w);
  const std::int64_t begin = t.x0 * k.stride_w - k.pad_left;
  const std::int64_t first = begin + least * dilation, last = begin + most * dilation;
  PassFeed feed;
  feed.first = std::max<std::int64_t>(0, last - std::max<std::int64_t>(0, first));
  feed.step = k.stride_w;
  feed.row_cycles = feed.first + (t.width - 1) * k.stride_w + 1;
  return feed;
}

std::int64_t pass_cycles(const PassFeed& feed, std::int64_t height, std::int64_t next_rows) {
  return std::max({height * feed.row_cycles, next_rows, height * feed.first + kMacPassMin});
}

std::int64_t drain_lag(const PassFeed& feed, std::int64_t height, std::int64_t width,
                       std::int64_t per_pixel) {
  std::int64_t lag = 0;
  for (const std::int64_t y : {std::int64_t{0}, height - 1}) {
    for (const std::int64_t x : {std::int64_t{0}, width - 1}) {
      lag = std::max(lag, feed.cycle(y, x) - (y * width + x) * per_pixel);
    }
  }
  return lag;
}

std::int64_t drain_lag(const HwConfig& config, const MacRegisters& r, const insn::MacTile& t,
                       std::int64_t cols) {
  if (r.kernel.depthwise == 0) return 0;
  return drain_lag(mac_tile_timing(config, r, t).last, t.height, t.width,
                   ceil_div(cols, config.post_lanes));
}

std::int64_t post_vectors(const HwConfig& config, const PostRegisters& r, const Instruction& i) {
  const std::int64_t lanes = config.post_lanes;
  if (const auto* d = std::get_if<insn::PostDrain>(&i)) {
    return d->height * d->width * ceil_div(d->cols, lanes);
  }
  const std::int64_t row_bytes = r.a.width * r.a.channels;
  if (const auto* a = std::get_if<insn::PostAdd>(&i)) return pair_vectors(config, r, a->rows);
  if (const auto* m = std::get_if<insn::PostMul>(&i)) return pair_vectors(config, r, m->rows);
  if (const auto* t = std::get_if<insn::PostLut>(&i)) return t->rows * ceil_div(row_bytes, lanes);
  if (const auto* c = std::get_if<insn::PostCopy>(&i)) {
    return c->rows * ceil_div(r.stride.runs, copy_runs_together(config, r.stride, *c)) *
           ceil_div(r.stride.length, lanes);
  }
  if (const auto* q = std::get_if<insn::PostRescale>(&i)) {
    return q->rows * ceil_div(row_bytes, lanes);
  }
  if (const auto* m = std::get_if<insn::PostMove>(&i)) return move_vectors(config, r, m->bytes);
  if (const auto* p = std::get_if<insn::PostPool>(&i)) {
    return p->rows * r.ofmap.width * ceil_div(r.ofmap.channels, lanes) * r.window.kernel_h *
           r.window.kernel_w;
  }
  if (const auto* s = std::get_if<insn::PostSoftmax>(&i)) return s->rows * r.a.width;
  return 0;
}

std::int64_t post_duration(const HwConfig& config, const PostRegisters& r, const Instruction& i) {
  const std::int64_t n = post_vectors(config, r, i);
  if (const auto* d = std::get_if<insn::PostDrain>(&i)) {
    return kPostLead + d->lag + n + kPostReadStages + kRequantizerLatency;
  }
  if (std::holds_alternative<insn::PostAdd>(i)) {
    return kPostSetupCycles + n + kPostReadStages + 2 * kRequantizerLatency;
  }
  if (std::holds_alternative<insn::PostRescale>(i)) {
    return kPostSetupCycles + n + kPostReadStages + kRequantizerLatency;
  }
  if (std::holds_alternative<insn::PostMul>(i)) {
    return kPostSetupCycles + n + kPostReadStages + kPostMultiplyStages + kRequantizerLatency;
  }
  if (std::holds_alternative<insn::PostLut>(i)) {
    return kPostSetupCycles + n + kPostReadStages + kPostTableStages;
  }
  if (std::holds_alternative<insn::PostMove>(i) || std::holds_alternative<insn::PostCopy>(i)) {
    return kPostSetupCycles + n + kPostReadStages;
  }
  if (std::holds_alternative<insn::PostPool>(i)) {
    return kPostSetupCycles + n + kPostReadStages + kPostAccumulateStages + kRequantizerLatency;
  }
  if (std::holds_alternative<insn::PostSoftmax>(i)) {
    const std::int64_t c = r.a.channels;
    return kPostSetupCycles + n * softmax_pixel_cycles(config.post_lanes, static_cast<int>(c));
  }
  return 1;
}

std::int64_t post_interval(const HwConfig& config, const PostRegisters& r, const Instruction& i,
                           const Instruction& next) {
  const auto* d = std::get_if<insn::PostDrain>(&i);
  if (d == nullptr || !std::holds_alternative<insn::PostDrain>(next)) {
    return post_duration(config, r, i);
  }
  return d->lag + post_vectors(config, r, i);
}

}  // namespace vernier
