#include "hw_models/cycle/post.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_models/cycle/lanes.h"

namespace vernier::cycle {
namespace {

constexpr int kReadDone = kPostSetupCycles + kPostReadStages;

std::int32_t code(std::uint8_t byte) { return static_cast<std::int8_t>(byte); }

}  // namespace

void Post::reset() {
  Engine::reset();
  const auto lanes = static_cast<std::size_t>(state_.config.post_lanes);
  for (auto* list : {&v_.acc, &v_.bias, &v_.multiplier, &v_.out}) list->assign(lanes, 0);
  v_.shift.assign(lanes, 0);
}

std::int64_t Post::start(std::uint32_t pc, std::int64_t now) {
  const auto& i = insn(pc);
  if (state_.regs.load(i)) {
    if (std::holds_alternative<insn::PostOfmap>(i)) check_operands(pc);
    return 1;
  }
  pc_ = pc;
  begin_ = now;
  const std::int64_t duration = post_duration(state_.config, state_.regs.post, i);
  if (!std::holds_alternative<insn::PostWait>(i) &&
      post_vectors(state_.config, state_.regs.post, i) <= 0) {
    state_.trap(ErrorId::ProgramOperand, pc, "an instruction over 0 vectors");
  }
  state_.use_ports(vernier::Engine::Post, pc, now, now + duration - 1, now);
  if (const auto* a = std::get_if<insn::PostAdd>(&i)) {
    const std::int64_t row = colliding_row(state_.config, state_.regs.post, *a);
    if (row >= 0) {
      state_.trap(ErrorId::ProgramPort, pc,
                  fmt::format("row {} of both operands needs one read port in one cycle", row));
    }
  }
  return duration;
}

void Post::check_operands(std::uint32_t pc) const {
  const auto& o = state_.regs.post.ofmap;
  if (o.lo > o.hi) {
    state_.trap(ErrorId::ProgramOperand, pc,
                fmt::format("clamp {}..{}, lo must not be above hi", o.lo, o.hi));
  }
  if (o.rounding > static_cast<int>(Rounding::kTruncate)) {
    state_.trap(ErrorId::ProgramOperand, pc,
                fmt::format("rounding {}, must be 0..{}", o.rounding,
                            static_cast<int>(Rounding::kTruncate)));
  }
}

void Post::finish(std::uint32_t pc, std::int64_t now) {
  if (state_.data) {
    const auto& i = insn(pc);
    if (state_.units != nullptr) state_.units->begin();
    v_.entered = 0;
    requantizer_at_.clear();
    shifter_at_.clear();
    if (const auto* d = std::get_if<insn::PostDrain>(&i)) drain(*d);
    if (const auto* a = std::get_if<insn::PostAdd>(&i)) add(*a);
    if (const auto* q = std::get_if<insn::PostRescale>(&i)) rescale(*q);
    if (const auto* m = std::get_if<insn::PostMove>(&i)) move(*m);
    if (const auto* p = std::get_if<insn::PostPool>(&i)) pool(*p);
    if (const auto* s = std::get_if<insn::PostSoftmax>(&i)) softmax(*s);
    if (state_.units != nullptr && !state_.units->finish()) disagree();
    if (state_.stopped()) return;
  }
  retire(pc, now - 1);
}

void Post::disagree() {
  if (state_.diverged) return;
  state_.diverged = true;
  const auto& m = state_.units->mismatch();
  const bool shifter = m.unit == "vernier_barrel_shifter";
  const auto& entered = shifter ? shifter_at_ : requantizer_at_;
  const int latency = shifter ? kBarrelShifterLatency : kRequantizerLatency;
  const bool known = m.vector >= 0 && m.vector < static_cast<int>(entered.size());
  const std::int64_t out = known ? entered[static_cast<std::size_t>(m.vector)] + latency
                                 : (entered.empty() ? 0 : entered.front()) + m.cycle;
  state_.divergence = {pc_, begin_ + out, m};
}

void Post::requantize(Rounding mode, bool operand, std::int64_t cycle) {
  const auto& o = state_.regs.post.ofmap;
  const auto zero = operand ? 0 : static_cast<std::int32_t>(o.zero_point);
  const auto lo = operand ? INT32_MIN : static_cast<std::int32_t>(o.lo);
  const auto hi = operand ? INT32_MAX : static_cast<std::int32_t>(o.hi);
  for (int l = 0; l < v_.n; ++l) {
    const auto k = static_cast<std::size_t>(l);
    v_.out[k] =
        requantize_lane(v_.acc[k], v_.bias[k], v_.multiplier[k], v_.shift[k], mode, zero, lo, hi);
  }
  if (state_.units == nullptr || state_.diverged) return;
  requantizer_at_.push_back(cycle);
  const RequantizeVector vector{v_.n,
                                v_.acc.data(),
                                v_.bias.data(),
                                v_.multiplier.data(),
                                v_.shift.data(),
                                static_cast<int>(mode),
                                zero,
                                lo,
                                hi,
                                v_.out.data()};
  if (!state_.units->requantize(vector)) disagree();
}

void Post::shift_by(Rounding mode, bool operand, std::int64_t cycle) {
  const auto& o = state_.regs.post.ofmap;
  const auto zero = operand ? 0 : static_cast<std::int32_t>(o.zero_point);
  const auto lo = operand ? INT32_MIN : static_cast<std::int32_t>(o.lo);
  const auto hi = operand ? INT32_MAX : static_cast<std::int32_t>(o.hi);
  for (int l = 0; l < v_.n; ++l) {
    const auto k = static_cast<std::size_t>(l);
    v_.acc[k] = static_cast<std::int32_t>(static_cast<std::uint32_t>(v_.acc[k]) +
                                          static_cast<std::uint32_t>(v_.bias[k]));
    v_.out[k] = shift_lane(v_.acc[k], v_.shift[k], mode, zero, lo, hi);
  }
  if (state_.units == nullptr || state_.diverged) return;
  shifter_at_.push_back(cycle);
  const ShiftVector vector{v_.n, v_.acc.data(), v_.shift.data(), static_cast<int>(mode), zero, lo,
                           hi,   v_.out.data()};
  if (!state_.units->shift(vector)) disagree();
}

template <class Source>
const std::uint8_t* Post::source(const Source& s, std::int64_t y, std::int64_t x,
                                 std::int64_t n) const {
  const RowAddress a = state_.act.row(s.base, s.bank, s.row_pitch, y, s.ring);
  const std::uint8_t* bytes = state_.act.read(a, x, n);
  if (bytes == nullptr) {
    state_.trap(ErrorId::ProgramPoison, pc_,
                fmt::format("source row {}: bank {} bytes {}..{} outside {} or never written", y,
                            a.bank, a.offset + x, a.offset + x + n, state_.act.bank_bytes()));
  }
  return bytes;
}

void Post::write(std::int64_t y, std::int64_t x, std::int64_t cycle) {
  std::uint8_t bytes[64];
  for (int l = 0; l < v_.n; ++l) {
    bytes[l] = static_cast<std::uint8_t>(v_.out[static_cast<std::size_t>(l)]);
  }
  write_bytes(y, x, bytes, v_.n, cycle);
}

void Post::write_bytes(std::int64_t y, std::int64_t x, const std::uint8_t* bytes, int n,
                       std::int64_t cycle) {
  if (state_.diverged) return;
  const auto& o = state_.regs.post.ofmap;
  const RowAddress a = state_.act.row(o.base, o.bank, o.row_pitch, y, o.ring);
  if (!state_.act.write(a, x, bytes, n)) {
    state_.trap(ErrorId::ProgramAddress, pc_,
                fmt::format("output row {}: bank {} bytes {}..{}, must end by {}", y, a.bank,
                            a.offset + x, a.offset + x + n, state_.act.bank_bytes()));
  }
  if (state_.observer != nullptr) {
    state_.observer->write(begin_ + cycle, pc_, a.bank, static_cast<int>(a.offset + x), bytes, n);
  }
}

void Post::drain(const insn::PostDrain& d) {
  const auto& o = state_.regs.post.ofmap;
  const int lanes = state_.config.post_lanes;
  const int cols = state_.config.array_cols;
  if (d.cols > cols || d.buffer >= state_.config.acc_mem_buffers ||
      d.height * d.width > state_.config.acc_mem_entries || d.record + d.cols > kParamRecords) {
    state_.trap(ErrorId::ProgramAddress, pc_,
                fmt::format("a tile of {} x {} x {} in buffer {} with records to {} leaves its "
                            "memories",
                            d.height, d.width, d.cols, d.buffer, d.record + d.cols));
  }
  for (std::int64_t p = 0; p < d.height * d.width; ++p) {
    const std::int32_t* acc = state_.acc.entry(d.buffer, p);
    const std::int64_t y = d.y0 + p / d.width;
    const std::int64_t x = d.x0 + p % d.width;
    for (int c0 = 0; c0 < d.cols; c0 += lanes) {
      v_.n = std::min(lanes, static_cast<int>(d.cols) - c0);
      for (int l = 0; l < v_.n; ++l) {
        const auto k = static_cast<std::size_t>(l);
        const auto& record = state_.params[static_cast<std::size_t>(d.record + c0 + l)];
        if (!record.written) {
          state_.trap(ErrorId::ProgramPoison, pc_,
                      fmt::format("parameter record {} was never written", d.record + c0 + l));
        }
        v_.acc[k] = acc[c0 + l];
        v_.bias[k] = record.bias;
        v_.multiplier[k] = record.multiplier;
        v_.shift[k] = record.shift;
      }
      const std::int64_t cycle = kPostLead + v_.entered++ + kPostReadStages;
      if (o.shift_only != 0) {
        shift_by(layer_rounding(), false, cycle);
      } else {
        requantize(layer_rounding(), false, cycle);
      }
      write(y, x * o.channels + d.channel + c0, cycle + kRequantizerLatency);
    }
  }
}

void Post::add(const insn::PostAdd& a) {
  const auto& r = state_.regs.post;
  const int lanes = state_.config.post_lanes;
  const std::int64_t row_bytes = r.a.width * r.a.channels;
  std::vector<std::int32_t> shifted(static_cast<std::size_t>(lanes));
  for (std::int64_t y = a.y0; y < a.y0 + a.rows; ++y) {
    for (std::int64_t x = 0; x < row_bytes; x += lanes) {
      v_.n = static_cast<int>(std::min<std::int64_t>(lanes, row_bytes - x));
      const std::uint8_t* pa = source(r.a, y, x, v_.n);
      const std::uint8_t* pb = source(r.b, y, x, v_.n);
      const bool scale_b = r.scale.scale_b != 0;
      // The operand of the larger scale: exactly x * 2^(k-1), by the barrel shifter.
      for (int l = 0; l < v_.n; ++l) {
        const auto k = static_cast<std::size_t>(l);
        v_.acc[k] = scale_b ? code(pa[l]) : code(pb[l]);
        v_.bias[k] = -static_cast<std::int32_t>(scale_b ? r.a.zero_point : r.b.zero_point);
        v_.shift[k] = static_cast<std::int8_t>(1 - r.scale.op_left);
      }
      const std::int64_t cycle = kReadDone + v_.entered++;
      shift_by(Rounding::kDouble, true, cycle);
      std::copy_n(v_.out.begin(), v_.n, shifted.begin());
      // The other one: x * 2^k through the operand scaler.
      for (int l = 0; l < v_.n; ++l) {
        const auto k = static_cast<std::size_t>(l);
        const std::int32_t v = scale_b ? code(pb[l]) - static_cast<std::int32_t>(r.b.zero_point)
                                       : code(pa[l]) - static_cast<std::int32_t>(r.a.zero_point);
        v_.acc[k] = wrap_shift_left(v, static_cast<int>(r.scale.op_left));
        v_.bias[k] = 0;
        v_.multiplier[k] = static_cast<std::int32_t>(r.scale.op_multiplier);
        v_.shift[k] = static_cast<std::int8_t>(r.scale.op_shift);
      }
      requantize(layer_rounding(), true, cycle);
      // The sum enters the output requantizer through its bias adder.
      for (int l = 0; l < v_.n; ++l) {
        const auto k = static_cast<std::size_t>(l);
        v_.acc[k] = v_.out[k];
        v_.bias[k] = shifted[k];
        v_.multiplier[k] = static_cast<std::int32_t>(r.scale.multiplier);
        v_.shift[k] = static_cast<std::int8_t>(r.scale.shift);
      }
      requantize(layer_rounding(), false, cycle + kRequantizerLatency);
      write(y, x, cycle + 2 * kRequantizerLatency);
    }
  }
}

void Post::rescale(const insn::PostRescale& q) {
  const auto& r = state_.regs.post;
  const int lanes = state_.config.post_lanes;
  const std::int64_t row_bytes = r.a.width * r.a.channels;
  for (std::int64_t y = q.y0; y < q.y0 + q.rows; ++y) {
    for (std::int64_t x = 0; x < row_bytes; x += lanes) {
      v_.n = static_cast<int>(std::min<std::int64_t>(lanes, row_bytes - x));
      const std::uint8_t* p = source(r.a, y, x, v_.n);
      for (int l = 0; l < v_.n; ++l) {
        const auto k = static_cast<std::size_t>(l);
        v_.acc[k] = code(p[l]);
        v_.bias[k] = -static_cast<std::int32_t>(r.a.zero_point);
        v_.multiplier[k] = static_cast<std::int32_t>(r.scale.multiplier);
        v_.shift[k] = static_cast<std::int8_t>(r.scale.shift);
      }
      const std::int64_t cycle = kReadDone + v_.entered++;
      requantize(layer_rounding(), false, cycle);
      write(y, x, cycle + kRequantizerLatency);
    }
  }
}

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
    write_bytes(at / out_row, at % out_row, bytes, n, kReadDone + v_.entered++);
    at += n;
  }
}

void Post::pool(const insn::PostPool& p) {
  const auto& r = state_.regs.post;
  const int lanes = state_.config.post_lanes;
  for (std::int64_t oy = p.y0; oy < p.y0 + p.rows; ++oy) {
    for (std::int64_t ox = 0; ox < r.ofmap.width; ++ox) {
      for (std::int64_t c0 = 0; c0 < r.ofmap.channels; c0 += lanes) {
        pool_vector(p, oy, ox, c0,
                    static_cast<int>(std::min<std::int64_t>(lanes, r.ofmap.channels - c0)));
      }
    }
  }
}

void Post::pool_vector(const insn::PostPool& p, std::int64_t oy, std::int64_t ox, std::int64_t c0,
                       int n) {
  const auto& r = state_.regs.post;
  const auto& w = r.window;
  v_.n = n;
  std::int64_t taps = 0;
  std::fill_n(v_.acc.begin(), n, p.average != 0 ? 0 : -128);
  for (std::int64_t ky = 0; ky < w.kernel_h; ++ky) {
    const std::int64_t iy = oy * w.stride_h - w.pad_top + ky;
    for (std::int64_t kx = 0; kx < w.kernel_w; ++kx) {
      const std::int64_t ix = ox * w.stride_w - w.pad_left + kx;
      if (iy < 0 || iy >= r.a.height || ix < 0 || ix >= r.a.width) continue;
      ++taps;
      const std::uint8_t* bytes = source(r.a, iy, ix * r.a.channels + c0, n);
      for (int l = 0; l < n; ++l) {
        auto& acc = v_.acc[static_cast<std::size_t>(l)];
        acc = p.average != 0 ? acc + code(bytes[l]) : std::max(acc, code(bytes[l]));
      }
    }
  }
  v_.entered += w.kernel_h * w.kernel_w;
  const std::int64_t inside = w.kernel_h * w.kernel_w;
  std::int64_t reciprocal = w.reciprocal;
  if (p.average != 0 && w.clipped != 0 && taps != inside && taps > 1) {
    if (taps > kLutEntries) {
      state_.trap(
          ErrorId::ProgramOperand, pc_,
          fmt::format("a clipped window of {} taps, the table ends at {}", taps, kLutEntries));
    }
    reciprocal = state_.luts[static_cast<std::size_t>(w.table)][static_cast<std::size_t>(taps - 1)];
  }
  for (int l = 0; l < n; ++l) {
    const auto k = static_cast<std::size_t>(l);
    const std::int32_t half = static_cast<std::int32_t>(taps / 2);
    // (sum +- n/2) / n toward zero: a product with the reciprocal, truncated (docs/machine.md).
    const bool divide = p.average != 0 && taps > 1;
    v_.bias[k] = !divide ? 0 : v_.acc[k] > 0 ? half : -half;
    v_.multiplier[k] = divide ? static_cast<std::int32_t>(reciprocal) : 1 << 30;
    v_.shift[k] = divide ? 0 : 1;
  }
  const std::int64_t cycle = kReadDone + v_.entered - 1 + kPostAccumulateStages;
  requantize(Rounding::kTruncate, false, cycle);
  write(oy, ox * r.ofmap.channels + c0, cycle + kRequantizerLatency);
}

}  // namespace vernier::cycle
