#include "sim/activity.h"

#include <algorithm>
#include <numeric>

#include "hw_models/spec/durations.h"
#include "hw_models/spec/machine.h"

namespace vernier {
namespace {

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

// Output positions p in [first, first + n) whose tap p * stride - pad + tap lies in [0, extent).
std::int64_t inside(std::int64_t first, std::int64_t n, std::int64_t stride, std::int64_t shift,
                    std::int64_t extent) {
  std::int64_t count = 0;
  for (std::int64_t p = first; p < first + n; ++p) {
    const std::int64_t at = p * stride + shift;
    count += at >= 0 && at < extent ? 1 : 0;
  }
  return count;
}

class Counter {
 public:
  Counter(const cycle::DecodedProgram& d, const std::vector<cycle::InsnTiming>& timing)
      : decoded_(d), timing_(timing), config_(d.program->config) {}

  std::vector<Activity> run() {
    std::vector<Activity> list(decoded_.insns.size());
    for (std::size_t pc = 0; pc < list.size(); ++pc) {
      a_ = {};
      pc_ = pc;
      const auto& i = decoded_.insns[pc];
      const auto& t = timing_[pc];
      a_.instructions = 1;
      if (t.start >= 0 && t.end >= t.start && engine_of(i) != Engine::Dispatch) {
        a_.engine_cycles = t.end - t.start + 1;
      }
      a_.dram_read_bytes = kInstructionBytes;  // its own fetch: boot's or LoadProgram's transfer
      if (!regs_.load(i)) count(i);
      list[pc] = a_;
    }
    return list;
  }

 private:
  void count(const Instruction& i) {
    if (const auto* w = std::get_if<insn::LoadWeights>(&i)) {
      a_.dram_read_bytes += w->words * config_.array_cols;
      a_.weight_writes += w->words;
    }
    if (const auto* p = std::get_if<insn::LoadParams>(&i)) {
      a_.dram_read_bytes += p->count * kParamRecordBytes;
      a_.param_writes += p->count;
    }
    if (const auto* l = std::get_if<insn::LoadLut>(&i)) {
      a_.dram_read_bytes += l->count * 4;
      a_.lut_writes += l->count;
      a_.lane_lut_writes += l->count * config_.post_lanes;
    }
    if (const auto* l = std::get_if<insn::LoadAct>(&i)) {
      a_.dram_read_bytes += l->rows * l->row_bytes;
      a_.act_writes += transfer_beats(config_, i);
    }
    if (const auto* s = std::get_if<insn::StoreAct>(&i)) {
      a_.dram_written_bytes += s->rows * s->row_bytes;
      a_.act_reads += transfer_beats(config_, i);
    }
    if (const auto* t = std::get_if<insn::MacTile>(&i)) tile(*t);
    if (const auto* d = std::get_if<insn::PostDrain>(&i)) drain(*d);
    if (engine_of(i) == Engine::Post) post(i);
  }

  // Words that a run of `length` bytes at start + n * step (any n) touches, at the most.
  std::int64_t words(std::int64_t start, std::int64_t step, std::int64_t length) const {
    const std::int64_t w = config_.act_word_bytes();
    const std::int64_t g = std::gcd(w, step);
    const std::int64_t worst = w - g + start % g;  // latest begin within a word
    return worst + length > w ? 2 : 1;
  }

  void tile(const insn::MacTile& t) {
    const auto& r = regs_.mac;
    const std::int64_t pixels = t.height * t.width;
    PassState at{static_cast<int>(r.reduce.ky), static_cast<int>(r.reduce.kx),
                 static_cast<int>(r.reduce.offset)};
    const auto passes = passes_from(r.kernel, static_cast<int>(r.ifmap.channels),
                                    config_.array_rows, at, r.reduce.passes);
    // Columns in use are those that the next drain takes; they are known to the whole program.
    const std::int64_t cols = used_cols(t);
    for (std::size_t j = 0; j < passes.size(); ++j) {
      const PassFeed cycles = pass_feed(r, t, passes[j]);
      std::int64_t fed = 0;  // operands of a column that lie inside the image
      for (const auto& s : passes[j].segments) {
        fed += r.kernel.depthwise != 0 ? shift(t, passes[j], s, cols) : feed(t, s);
      }
      a_.lanes_active += fed * cols;
      a_.lanes_zero += (pixels * passes[j].rows - fed) * cols;
      a_.lanes_padded += t.height * cycles.row_cycles * config_.array_rows * config_.array_cols -
                         pixels * passes[j].rows * cols;
      a_.acc_writes += pixels;
      if (t.clear == 0 || j > 0) a_.acc_reads += pixels;
      if (j > 0 || t.preloaded == 0) a_.weight_reads += passes[j].rows;
    }
    a_.weight_reads += t.next_rows;
    a_.macs = a_.lanes_active + a_.lanes_zero;
  }

  // The rows of a tile in which kernel row ky lies inside the image.
  std::int64_t rows_inside(const insn::MacTile& t, int ky) const {
    const auto& r = regs_.mac;
    return inside(t.y0, t.height, r.kernel.stride_h,
                  ky * std::max<std::int64_t>(1, r.kernel.dilation_h) - r.kernel.pad_top,
                  r.ifmap.height);
  }

  // Depthwise mode: taps of one segment that lie inside the image, over the tile. Each cycle of a
  // row reads one column of it, as long as that lies inside.
  std::int64_t shift(const insn::MacTile& t, const Pass& pass, const PassSegment& s,
                     std::int64_t cols) {
    const auto& [ifmap, k, reduce] = regs_.mac;
    const std::int64_t dilation = std::max<std::int64_t>(1, k.dilation_w);
    const std::int64_t rows = rows_inside(t, s.ky);
    std::int64_t taps = 0, last_tap = 0;
    for (int n = 0; n < s.length; ++n) {
      taps +=
          inside(t.x0, t.width, k.stride_w, (s.offset + n) * dilation - k.pad_left, ifmap.width);
    }
    for (const auto& other : pass.segments) {
      last_tap = std::max<std::int64_t>(last_tap, other.offset + other.length - 1);
    }
    const std::int64_t last = (t.x0 + t.width - 1) * k.stride_w - k.pad_left + last_tap * dilation;
    const std::int64_t first = last - pass_feed(regs_.mac, t, pass).row_cycles + 1;
    const std::int64_t columns =
        std::min(last, ifmap.width - 1) - std::max<std::int64_t>(0, first) + 1;
    const std::int64_t from = reduce.channel / k.multiplier;
    const std::int64_t run = (reduce.channel + cols - 1) / k.multiplier - from + 1;
    a_.act_reads += rows * std::max<std::int64_t>(0, columns) *
                    words(ifmap.base + from, std::gcd(ifmap.channels, ifmap.row_pitch), run);
    return rows * taps;
  }

  // Elements of one segment that lie inside the image, over the tile; counts its reads.
  std::int64_t feed(const insn::MacTile& t, const PassSegment& s) {
    const auto& r = regs_.mac;
    const std::int64_t rows = rows_inside(t, s.ky);
    const std::int64_t channels = r.ifmap.channels;
    const std::int64_t step = channels * r.kernel.stride_w;
    const std::int64_t per_read = words(
        r.ifmap.base + s.offset, std::gcd(step, std::gcd(r.ifmap.row_pitch, channels)), s.length);
    if (r.kernel.packed == 0) {
      const std::int64_t columns = inside(
          t.x0, t.width, r.kernel.stride_w,
          s.kx * std::max<std::int64_t>(1, r.kernel.dilation_w) - r.kernel.pad_left, r.ifmap.width);
      a_.act_reads += rows * columns * per_read;
      return rows * columns * s.length;
    }
    std::int64_t bytes = 0, reads = 0;
    for (std::int64_t x = t.x0; x < t.x0 + t.width; ++x) {
      const std::int64_t from = (x * r.kernel.stride_w - r.kernel.pad_left) * channels + s.offset;
      const std::int64_t lo = std::max<std::int64_t>(0, from);
      const std::int64_t hi = std::min(r.ifmap.width * channels, from + s.length);
      if (hi <= lo) continue;
      bytes += hi - lo;
      ++reads;
    }
    a_.act_reads += rows * reads * per_read;
    return rows * bytes;
  }

  std::int64_t used_cols(const insn::MacTile& t) const {
    for (std::size_t pc = pc_; pc < decoded_.insns.size(); ++pc) {
      const auto* d = std::get_if<insn::PostDrain>(&decoded_.insns[pc]);
      if (d != nullptr && d->buffer == t.buffer && d->y0 == t.y0 && d->x0 == t.x0) return d->cols;
    }
    return config_.array_cols;
  }

  void drain(const insn::PostDrain& d) {
    const std::int64_t pixels = d.height * d.width;
    const std::int64_t vectors = ceil_div(d.cols, config_.post_lanes);
    const auto& o = regs_.post.ofmap;
    const std::int64_t step = vectors == 1 ? 0 : config_.post_lanes;  // of vectors in a pixel
    a_.acc_reads += pixels;
    // One record stays in its lane while the lanes hold all columns.
    a_.param_reads += vectors == 1 ? d.cols : pixels * d.cols;
    (o.shift_only != 0 ? a_.shifts : a_.requantizations) += pixels * d.cols;
    a_.act_writes += pixels * vectors *
                     words(o.base + d.channel, std::gcd(std::gcd(o.channels, o.row_pitch), step),
                           std::min<std::int64_t>(d.cols, config_.post_lanes));
  }

  // Reads and writes of ADD or MUL. A broadcast operand B is read once for each of its vectors, and
  // a pixel's vectors begin anywhere in a word.
  void pair(std::int64_t vectors, std::int64_t rows, std::int64_t in, std::int64_t out) {
    const auto& r = regs_.post;
    if (r.b.broadcast == 0) {
      a_.act_reads += 2 * vectors * in;
      a_.act_writes += vectors * out;
      return;
    }
    const std::int64_t lanes = config_.post_lanes;
    const bool pixel = r.b.broadcast == kBroadcastPixel;
    const std::int64_t fetches = pixel ? ceil_div(r.a.channels, lanes) : 1;
    const std::int64_t step = std::gcd(r.a.channels, r.a.channels > lanes ? lanes : 0);
    const std::int64_t run = std::min(lanes, r.a.channels);
    const std::int64_t a = pixel ? words(r.a.base, std::gcd(step, r.a.row_pitch), run) : in;
    const std::int64_t o =
        pixel ? words(r.ofmap.base, std::gcd(step, r.ofmap.row_pitch), run) : out;
    const std::int64_t fed = pixel ? fetches * rows * r.a.width : vectors - fetches;
    a_.act_reads += fed * a + fetches;
    a_.act_writes += fed * o;
  }

  void copy(const insn::PostCopy& c, std::int64_t vectors) {
    const auto& r = regs_.post;
    const auto& s = r.stride;
    const std::int64_t lanes = config_.post_lanes;
    const std::int64_t m = copy_runs_together(config_, s, c);
    const auto touched = [&](std::int64_t start, std::int64_t pitch, std::int64_t row_pitch) {
      const std::int64_t step =
          std::gcd(std::gcd(m * pitch, row_pitch), s.length > lanes ? lanes : 0);
      return words(start, step, std::min(lanes, (m - 1) * pitch + s.length));
    };
    if (c.fill == 0) {
      a_.act_reads += vectors * touched(r.a.base + c.a_byte, s.a_pitch, r.a.row_pitch);
    }
    a_.act_writes += vectors * touched(r.ofmap.base + c.o_byte, s.o_pitch, r.ofmap.row_pitch);
  }

  void post(const Instruction& i) {
    const auto& r = regs_.post;
    const std::int64_t vectors = post_vectors(config_, r, i);
    const std::int64_t lanes = config_.post_lanes;
    const std::int64_t row = r.a.width * r.a.channels;
    const std::int64_t in = words(r.a.base, std::gcd(lanes, r.a.row_pitch), std::min(lanes, row));
    const std::int64_t out = words(r.ofmap.base, std::gcd(lanes, r.ofmap.row_pitch),
                                   std::min(lanes, r.ofmap.width * r.ofmap.channels));
    if (const auto* p = std::get_if<insn::PostAdd>(&i)) {
      const std::int64_t n = p->rows * row;
      pair(vectors, p->rows, in, out);
      a_.shifts += n;
      a_.operand_scalings += n;
      a_.adds += 2 * n;
      a_.requantizations += n;
    }
    if (const auto* p = std::get_if<insn::PostRescale>(&i)) {
      a_.act_reads += vectors * in;
      a_.act_writes += vectors * out;
      a_.requantizations += p->rows * row;
    }
    if (const auto* p = std::get_if<insn::PostMul>(&i)) {
      const std::int64_t n = p->rows * row;
      pair(vectors, p->rows, in, out);
      a_.adds += 2 * n;
      a_.products += n;
      a_.requantizations += n;
    }
    if (const auto* p = std::get_if<insn::PostLut>(&i)) {
      a_.act_reads += vectors * in;
      a_.act_writes += vectors * out;
      a_.lane_lut_reads += p->rows * row;
    }
    if (const auto* p = std::get_if<insn::PostCopy>(&i)) copy(*p, vectors);
    if (std::holds_alternative<insn::PostMove>(i)) {
      a_.act_reads += vectors * in;
      a_.act_writes += vectors * out;
    }
    if (const auto* p = std::get_if<insn::PostPool>(&i)) {
      const std::int64_t outputs = p->rows * r.ofmap.width * r.ofmap.channels;
      const std::int64_t taps = r.window.kernel_h * r.window.kernel_w;
      const std::int64_t channels = r.ofmap.channels;
      const std::int64_t step = std::gcd(channels, channels > lanes ? lanes : 0);
      const std::int64_t run = std::min(lanes, channels);
      a_.act_reads += vectors * words(r.a.base, step, run);
      a_.act_writes += vectors / std::max<std::int64_t>(1, taps) * words(r.ofmap.base, step, run);
      (p->average != 0 ? a_.adds : a_.compares) += outputs * taps;
      a_.requantizations += outputs;
    }
    if (const auto* p = std::get_if<insn::PostSoftmax>(&i)) {
      const std::int64_t n = p->rows * row;
      const std::int64_t scans = p->rows * r.a.width * ceil_div(r.a.channels, lanes);
      a_.act_reads += scans * in + 2 * n;
      a_.act_writes += n;
      a_.compares += n;
      a_.lut_reads += 2 * n;
      a_.adds += n;
      a_.requantizations += n;
      a_.multiplies += 6 * p->rows * r.a.width;
    }
  }

  const cycle::DecodedProgram& decoded_;
  const std::vector<cycle::InsnTiming>& timing_;
  const HwConfig& config_;
  Registers regs_;
  Activity a_;
  std::size_t pc_ = 0;
};

}  // namespace

Activity& Activity::operator+=(const Activity& o) {
  lanes_active += o.lanes_active;
  lanes_zero += o.lanes_zero;
  lanes_padded += o.lanes_padded;
  macs += o.macs;
  act_reads += o.act_reads;
  act_writes += o.act_writes;
  weight_reads += o.weight_reads;
  weight_writes += o.weight_writes;
  acc_reads += o.acc_reads;
  acc_writes += o.acc_writes;
  param_reads += o.param_reads;
  param_writes += o.param_writes;
  lut_reads += o.lut_reads;
  lut_writes += o.lut_writes;
  lane_lut_reads += o.lane_lut_reads;
  lane_lut_writes += o.lane_lut_writes;
  requantizations += o.requantizations;
  operand_scalings += o.operand_scalings;
  shifts += o.shifts;
  adds += o.adds;
  compares += o.compares;
  multiplies += o.multiplies;
  products += o.products;
  dram_read_bytes += o.dram_read_bytes;
  dram_written_bytes += o.dram_written_bytes;
  instructions += o.instructions;
  engine_cycles += o.engine_cycles;
  return *this;
}

std::vector<Activity> program_activity(const cycle::DecodedProgram& decoded,
                                       const std::vector<cycle::InsnTiming>& timing) {
  return Counter(decoded, timing).run();
}

}  // namespace vernier
