#include "hw_models/spec/checker_post.h"

#include <fmt/format.h>

#include "hw_models/spec/machine.h"
#include "hw_models/spec/numerics.h"

namespace vernier {
namespace {

constexpr std::int64_t kMost = INT32_MAX;            // the field's own width is the bound
constexpr std::int64_t kMostSoftmaxChannels = 4096;  // the Q12.19 sum holds no more

template <class Source>
void check_source(const RangeChecker& range, const char* name, const Source& s) {
  range.operand("height", s.height, 1, kMost);
  range.operand("width", s.width, 1, kMost);
  range.operand("channels", s.channels, 1, kMost);
  range.operand("zero_point", s.zero_point, s.is_unsigned != 0 ? 0 : -128,
                s.is_unsigned != 0 ? 255 : 127);
  range.act_rows(name, {s.base, s.bank, s.row_pitch, s.width * s.channels, 0, s.height, s.ring});
}

}  // namespace

void PostChecker::check(std::size_t pc) {
  const Instruction& any = listing_.insns[pc];
  const RangeChecker range(listing_, pc);
  Registers next;
  next.post = r_;
  if (next.load(any)) {
    descriptor(range, any);
    r_ = next.post;
  } else {
    operation(range, any);
  }
}

void PostChecker::descriptor(const RangeChecker& range, const Instruction& any) const {
  if (const auto* o = std::get_if<insn::PostOfmap>(&any)) ofmap(range, *o);
  if (const auto* a = std::get_if<insn::PostSourceA>(&any)) check_source(range, "source A", *a);
  if (const auto* b = std::get_if<insn::PostSourceB>(&any)) {
    check_source(range, "source B", *b);
    range.operand("broadcast", b->broadcast, 0, kBroadcastByte);
  }
  if (const auto* s = std::get_if<insn::PostScale>(&any)) scale(range, *s);
  if (const auto* w = std::get_if<insn::PostWindow>(&any)) window(range, *w);
  if (const auto* s = std::get_if<insn::PostStride>(&any)) {
    range.operand("runs", s->runs, 1, kMost);
    range.operand("length", s->length, 1, kMost);
  }
}

void PostChecker::ofmap(const RangeChecker& range, const insn::PostOfmap& o) const {
  range.operand("bank", o.bank, 0, listing_.config().act_mem_banks - 1);
  range.operand("width", o.width, 1, kMost);
  range.operand("channels", o.channels, 1, kMost);
  range.operand("zero_point", o.zero_point, -128, 255);
  range.operand("hi", o.hi, -128, o.lo < 0 ? 127 : 255, "a code is one byte");
  range.operand("lo", o.lo, -128, o.hi, "lo must not be above hi");
  range.operand("rounding", o.rounding, 0, static_cast<int>(Rounding::kTruncate));
}

void PostChecker::scale(const RangeChecker& range, const insn::PostScale& s) const {
  range.operand("shift", s.shift, -31, 30);
  range.operand("op_shift", s.op_shift, -31, 0);
}

void PostChecker::window(const RangeChecker& range, const insn::PostWindow& w) const {
  range.operand("kernel_h", w.kernel_h, 1, kMost);
  range.operand("kernel_w", w.kernel_w, 1, kMost);
  range.operand("stride_h", w.stride_h, 1, kMost);
  range.operand("stride_w", w.stride_w, 1, kMost);
  range.operand("pad_top", w.pad_top, 0, w.kernel_h - 1, "a window must meet the image");
  range.operand("pad_left", w.pad_left, 0, w.kernel_w - 1, "a window must meet the image");
}

void PostChecker::operation(const RangeChecker& range, const Instruction& any) const {
  if (std::holds_alternative<insn::PostWait>(any)) return;
  range.need(r_.ofmap.channels > 0, ErrorId::ProgramOperand, "no post.ofmap stands in front");
  if (const auto* d = std::get_if<insn::PostDrain>(&any)) return drain(range, *d);
  if (const auto* c = std::get_if<insn::PostCopy>(&any)) return copy(range, *c);
  range.need(r_.a.channels > 0, ErrorId::ProgramOperand, "no post.source_a stands in front");
  if (const auto* a = std::get_if<insn::PostAdd>(&any)) {
    pair(range, a->y0, a->rows);
    range.operand("subtract", a->subtract, 0, kSubtractAFromB);
  }
  if (const auto* m = std::get_if<insn::PostMul>(&any)) pair(range, m->y0, m->rows);
  if (const auto* t = std::get_if<insn::PostLut>(&any)) rowwise(range, t->y0, t->rows);
  if (const auto* q = std::get_if<insn::PostRescale>(&any)) rowwise(range, q->y0, q->rows);
  if (const auto* m = std::get_if<insn::PostMove>(&any)) move(range, *m);
  if (const auto* p = std::get_if<insn::PostPool>(&any)) pool(range, *p);
  if (const auto* s = std::get_if<insn::PostSoftmax>(&any)) softmax(range, *s);
}

void PostChecker::output_rows(const RangeChecker& range, std::int64_t first,
                              std::int64_t count) const {
  const auto& o = r_.ofmap;
  range.act_rows("ofmap",
                 {o.base, o.bank, o.row_pitch, o.width * o.channels, first, count, o.ring});
}

void PostChecker::rowwise(const RangeChecker& range, std::int64_t first, std::int64_t count) const {
  range.operand("rows", count, 1, kMost);
  range.inside("rows of A", first, count, r_.a.height);
  range.operand("bytes of an output row", r_.ofmap.width * r_.ofmap.channels,
                r_.a.width * r_.a.channels, r_.a.width * r_.a.channels, "as many as in A's row");
  output_rows(range, first, count);
}

void PostChecker::drain(const RangeChecker& range, const insn::PostDrain& d) const {
  const auto& config = listing_.config();
  range.operand("height", d.height, 1, kMost);
  range.operand("width", d.width, 1, kMost);
  range.operand("pixels", d.height * d.width, 1, config.acc_mem_entries, "acc_mem.entries");
  range.operand("cols", d.cols, 1, config.array_cols, "array.cols");
  range.operand("buffer", d.buffer, 0, config.acc_mem_buffers - 1, "acc_mem.buffers");
  range.inside("parameter records", d.record, d.cols, kParamRecords);
  range.inside("channels", d.channel, d.cols, r_.ofmap.channels);
  range.inside("pixels of a row", d.x0, d.width, r_.ofmap.width);
  output_rows(range, d.y0, d.height);
}

void PostChecker::pair(const RangeChecker& range, std::int64_t y0, std::int64_t rows) const {
  rowwise(range, y0, rows);
  range.need(r_.b.channels > 0, ErrorId::ProgramOperand, "no post.source_b stands in front");
  if (r_.b.broadcast == kBroadcastByte) return;
  range.need(r_.b.channels == r_.a.channels &&
                 (r_.b.broadcast == kBroadcastPixel || r_.b.width == r_.a.width),
             ErrorId::ProgramOperand,
             fmt::format("operand B has rows of {} x {}, A of {} x {}", r_.b.width, r_.b.channels,
                         r_.a.width, r_.a.channels));
  if (r_.b.broadcast == 0) range.inside("rows of B", y0, rows, r_.b.height);
}

void PostChecker::copy(const RangeChecker& range, const insn::PostCopy& c) const {
  const auto& s = r_.stride;
  range.need(s.runs > 0, ErrorId::ProgramOperand, "no post.stride stands in front");
  range.operand("rows", c.rows, 1, kMost);
  if (s.runs > 1) range.operand("o_pitch", s.o_pitch, s.length, kMost, "runs would overlap");
  if (c.rows > 1) range.operand("o_step", s.o_step, 1, kMost, "rows would overlap");
  range.inside("bytes of an output row", c.o_byte, (s.runs - 1) * s.o_pitch + s.length,
               r_.ofmap.width * r_.ofmap.channels);
  output_rows(range, c.o_y0, (c.rows - 1) * s.o_step + 1);
  if (c.fill != 0) return;
  range.need(r_.a.channels > 0, ErrorId::ProgramOperand, "no post.source_a stands in front");
  range.inside("bytes of a row of A", c.a_byte, (s.runs - 1) * s.a_pitch + s.length,
               r_.a.width * r_.a.channels);
  range.inside("rows of A", c.a_y0, (c.rows - 1) * s.a_step + 1, r_.a.height);
}

void PostChecker::move(const RangeChecker& range, const insn::PostMove& m) const {
  range.operand("bytes", m.bytes, 1, kMost);
  range.inside("bytes of A", 0, m.bytes, r_.a.height * r_.a.width * r_.a.channels);
  const std::int64_t row = r_.ofmap.width * r_.ofmap.channels;
  output_rows(range, 0, (m.bytes + row - 1) / row);
}

void PostChecker::pool(const RangeChecker& range, const insn::PostPool& p) const {
  const auto& w = r_.window;
  range.need(w.kernel_h > 0, ErrorId::ProgramOperand, "no post.window stands in front");
  range.operand("rows", p.rows, 1, kMost);
  range.operand("channels of the output", r_.ofmap.channels, r_.a.channels, r_.a.channels,
                "as many as in A");
  range.operand("first input row of the last window", (p.y0 + p.rows - 1) * w.stride_h - w.pad_top,
                -kMost, r_.a.height - 1, "a window must meet the image");
  range.operand("first input pixel of the last window",
                (r_.ofmap.width - 1) * w.stride_w - w.pad_left, -kMost, r_.a.width - 1,
                "a window must meet the image");
  range.operand("scaled", p.scaled, 0, p.average, "a maximum has no sum");
  if (p.average != 0 && p.scaled == 0) {
    const std::int64_t taps = w.kernel_h * w.kernel_w;
    if (taps > 1) range.operand("reciprocal", w.reciprocal, 1, kMost, "an average divides");
    if (w.clipped != 0) range.operand("taps of a clipped window", taps, 1, kLutEntries + 1);
  }
  output_rows(range, p.y0, p.rows);
}

void PostChecker::softmax(const RangeChecker& range, const insn::PostSoftmax& s) const {
  rowwise(range, s.y0, s.rows);
  range.operand("channels", r_.a.channels, 1, kMostSoftmaxChannels);
}

}  // namespace vernier
