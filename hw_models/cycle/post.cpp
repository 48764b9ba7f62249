#include "hw_models/cycle/post.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_models/cycle/lanes.h"

namespace vernier::cycle {

Post::Post(sc_core::sc_module_name name, MachineState& state, Clock& clock)
    : Engine(name, vernier::Engine::Post, state, clock) {
  SC_METHOD(drained);
  sensitive << drained_;
  dont_initialize();
}

void Post::reset() {
  Engine::reset();
  drained_.cancel();
  draining_.clear();
  drained_until_ = 0;
  const auto lanes = static_cast<std::size_t>(state_.config.post_lanes);
  for (auto* list : {&v_.a, &v_.b, &v_.acc, &v_.bias, &v_.multiplier, &v_.out}) {
    list->assign(lanes, 0);
  }
  v_.shift.assign(lanes, 0);
}

// Drains share their descriptors; whatever else comes may change them.
std::int64_t Post::may_start(std::uint32_t pc) const {
  return std::holds_alternative<insn::PostDrain>(insn(pc)) ? 0 : drained_until_;
}

void Post::end_drains(std::int64_t now) {
  while (!draining_.empty() && draining_.front().end < now && !state_.stopped()) {
    const Draining d = draining_.front();
    draining_.pop_front();
    execute(d.pc, d.start);
    if (!state_.stopped()) retire(d.pc, d.end);
  }
}

void Post::drained() {
  guarded([&] {
    end_drains(clock_.now());
    if (!draining_.empty()) clock_.at(drained_, draining_.front().end + 1);
  });
}

void Post::check_lag(std::uint32_t pc, const insn::PostDrain& d, std::int64_t now) const {
  const FilledBuffer& tile = state_.filled[static_cast<std::size_t>(d.buffer)];
  if (tile.last_pass < 0) return;
  const std::int64_t lanes = state_.config.post_lanes;
  const std::int64_t least =
      drain_lag(tile.feed, tile.height, tile.width, (d.cols + lanes - 1) / lanes) -
      (now - (tile.last_pass + 1));
  if (d.lag >= least) return;
  state_.trap(ErrorId::ProgramOperand, pc,
              fmt::format("lag {}, must be at least {}: the last pass of pc {} feeds {} cycles for "
                          "{} pixels of a row, from cycle {} on",
                          d.lag, least, tile.pc, tile.feed.row_cycles, tile.width, tile.last_pass));
}

std::int64_t Post::start(std::uint32_t pc, std::int64_t now) {
  end_drains(now);
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
  const std::int64_t row = colliding_row(state_.config, state_.regs.post, i);
  if (row >= 0) {
    state_.trap(ErrorId::ProgramPort, pc,
                fmt::format("row {} of both operands needs one read port in one cycle", row));
  }
  if (const auto* d = std::get_if<insn::PostDrain>(&i)) {
    check_lag(pc, *d, now);
    draining_.push_back({pc, now, now + duration - 1});
    drained_until_ = now + duration;
    clock_.at(drained_, draining_.front().end + 1);
    return post_interval(state_.config, state_.regs.post, i, i);
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
  if (std::holds_alternative<insn::PostDrain>(insn(pc))) return;  // drained() ends it
  execute(pc, begin_);
  if (!state_.stopped()) retire(pc, now - 1);
}

void Post::execute(std::uint32_t pc, std::int64_t begin) {
  if (!state_.data) return;
  const auto& i = insn(pc);
  pc_ = pc;
  begin_ = begin;
  if (state_.units != nullptr) state_.units->begin();
  v_.entered = 0;
  requantizer_at_.clear();
  shifter_at_.clear();
  if (const auto* d = std::get_if<insn::PostDrain>(&i)) drain(*d);
  if (const auto* a = std::get_if<insn::PostAdd>(&i)) add(*a);
  if (const auto* m = std::get_if<insn::PostMul>(&i)) multiply(*m);
  if (const auto* q = std::get_if<insn::PostRescale>(&i)) rescale(*q);
  if (const auto* t = std::get_if<insn::PostLut>(&i)) look_up(*t);
  if (const auto* m = std::get_if<insn::PostMove>(&i)) move(*m);
  if (const auto* c = std::get_if<insn::PostCopy>(&i)) copy(*c);
  if (const auto* p = std::get_if<insn::PostPool>(&i)) pool(*p);
  if (const auto* s = std::get_if<insn::PostSoftmax>(&i)) softmax(*s);
  if (state_.units != nullptr && !state_.units->finish()) disagree();
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
  requantize_lanes({v_.acc.data(), v_.bias.data(), v_.multiplier.data(), v_.shift.data()},
                   static_cast<std::size_t>(v_.n), mode, zero, lo, hi, v_.out.data());
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

const std::uint8_t* Post::source_bytes(const RowAddress& a, std::int64_t y, std::int64_t x,
                                       std::int64_t n) const {
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

void Post::load_records(std::int64_t first) {
  for (int l = 0; l < v_.n; ++l) {
    const auto k = static_cast<std::size_t>(l);
    const auto& record = state_.params[static_cast<std::size_t>(first + l)];
    if (!record.written) {
      state_.trap(ErrorId::ProgramPoison, pc_,
                  fmt::format("parameter record {} was never written", first + l));
    }
    v_.bias[k] = record.bias;
    v_.multiplier[k] = record.multiplier;
    v_.shift[k] = record.shift;
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
      // One record stays in its lane while the lanes hold all columns.
      if (p == 0 || d.cols > lanes) load_records(d.record + c0);
      std::copy_n(acc + c0, v_.n, v_.acc.begin());
      const std::int64_t cycle = kPostLead + d.lag + v_.entered++ + kPostReadStages;
      if (o.shift_only != 0) {
        shift_by(layer_rounding(), false, cycle);
      } else {
        requantize(layer_rounding(), false, cycle);
      }
      write(y, x * o.channels + d.channel + c0, cycle + kRequantizerLatency);
    }
  }
}

}  // namespace vernier::cycle
