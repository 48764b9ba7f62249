#include "hw_models/cycle/mac.h"

#include <fmt/format.h>

#include <algorithm>

namespace vernier::cycle {

Mac::Mac(sc_core::sc_module_name name, MachineState& state, Clock& clock)
    : Engine(name, vernier::Engine::Mac, state, clock) {
  SC_METHOD(last_pass);
  sensitive << last_pass_;
  dont_initialize();
}

void Mac::reset() {
  Engine::reset();
  last_pass_.cancel();
  active_.resize(state_.config.array_rows, state_.config.array_cols);
  shadow_.resize(state_.config.array_rows, state_.config.array_cols);
}

std::int64_t Mac::start(std::uint32_t pc, std::int64_t now) {
  const auto& i = insn(pc);
  if (state_.regs.load(i) || std::holds_alternative<insn::MacWait>(i)) return 1;
  const auto& t = std::get<insn::MacTile>(i);
  check_tile(pc, t);
  pc_ = pc;
  begin_ = now;
  timing_ = mac_tile_timing(state_.config, state_.regs.mac, t);
  state_.use_ports(vernier::Engine::Mac, pc, now, now + mac_last_read(timing_, t), now);
  state_.filled[static_cast<std::size_t>(t.buffer)] = {pc, now + timing_.start_of_last_pass,
                                                       t.height, t.width, timing_.last};
  // The token to POST is sent in the first cycle of the last pass and arrives one later.
  clock_.at(last_pass_, now + timing_.start_of_last_pass + 1);
  return timing_.duration;
}

void Mac::finish(std::uint32_t pc, std::int64_t now) { retire(pc, now - 1); }

void Mac::last_pass() {
  guarded([&] {
    const auto& t = std::get<insn::MacTile>(insn(pc_));
    if (state_.data) compute(pc_, t, begin_);
    if (t.signal_post != 0 && !state_.stopped()) send(vernier::Engine::Post);
  });
}

void Mac::check_tile(std::uint32_t pc, const insn::MacTile& t) const {
  const auto& r = state_.regs.mac;
  const auto need = [&](bool ok, const char* what, auto... values) {
    if (!ok) state_.trap(ErrorId::ProgramOperand, pc, fmt::format(what, values...));
  };
  need(t.height > 0 && t.width > 0, "a tile of 0 pixels");
  need(t.height * t.width <= state_.config.acc_mem_entries, "{} pixels, a buffer holds {} entries",
       t.height * t.width, state_.config.acc_mem_entries);
  need(t.buffer < state_.config.acc_mem_buffers, "accumulator buffer {}, there are {}", t.buffer,
       state_.config.acc_mem_buffers);
  need(r.reduce.passes > 0, "a reduction of 0 passes");
  need(r.ifmap.channels > 0 && r.kernel.kernel_h > 0 && r.kernel.kernel_w > 0,
       "a kernel or pixel of 0");
  need(r.kernel.packed == 0 || (r.kernel.dilation_w <= 1 && r.kernel.depthwise == 0),
       "packed mode needs dilation_w 1 and depthwise 0");
  need(r.kernel.depthwise == 0 ||
           (r.kernel.stride_w > 0 && r.kernel.stride_h > 0 && r.kernel.multiplier > 0 &&
            r.reduce.channel < r.ifmap.channels * r.kernel.multiplier),
       "depthwise mode needs strides and a multiplier above 0 and a first channel that is there");
  if (r.kernel.packed != 0 || r.kernel.depthwise != 0) {
    const std::int64_t banks = segment_banks(state_.config, r.kernel);
    need(r.kernel.segments > 0 && r.kernel.segments <= banks,
         "{} segments, {} kernel rows lie in banks of their own", r.kernel.segments, banks);
  }
  need(t.next_rows <= state_.config.array_rows, "next_rows over the array's rows");
}

void Mac::load_tile(std::uint32_t pc, std::int64_t w_addr, int rows, WeightTile* tile) const {
  const auto& f = state_.regs.mac.ifmap;
  const OperandCodes codes(f.w_unsigned != 0, f.weight_zero);
  const int cols = tile->cols;
  tile->rows = rows;
  std::int16_t* values = tile->values.data();
  std::int32_t* wide = tile->wide.data();
  for (int r = 0; r < rows; ++r, values += cols, wide += padded_columns(cols)) {
    const std::uint8_t* w = state_.weights.row(w_addr + r);
    if (w == nullptr) {
      state_.trap(ErrorId::ProgramPoison, pc,
                  fmt::format("weight row {} outside {} or never written", w_addr + r,
                              state_.config.weight_words()));
    }
    for (int c = 0; c < cols; ++c) values[c] = codes(w[c]);
    std::copy_n(values, cols, wide);
  }
}

bool Mac::drive_load(const WeightTile& tile) {
  for (int row = 0; row < tile.rows; ++row) {
    ArrayCycle c;
    c.load = true;
    c.load_row = row;
    c.weights = tile.row(row);
    c.swap = row + 1 == tile.rows;
    if (!state_.units->array_cycle(c)) return false;
  }
  return true;
}

bool Mac::drive(const insn::MacTile& t, const PassPlan& plan, const std::int32_t* after) {
  const auto& config = state_.config;
  const bool depthwise = state_.regs.mac.kernel.depthwise != 0;
  window_.resize(static_cast<std::size_t>(config.array_rows * config.array_cols));
  std::int64_t y = 0, x = 0;
  for (std::int64_t n = 0; n < plan.length; ++n) {
    ArrayCycle c;
    c.valid = y < t.height && n == plan.feed.cycle(y, x);
    if (c.valid) {
      const std::int64_t p = y * t.width + x;
      c.depthwise = depthwise;
      if (depthwise) {
        feeder_.window(y, x, window_.data());
        c.window = window_.data();
      } else {
        c.ifmap = feeder_.vectors() + p * config.array_rows;
      }
      c.clear = plan.clear;
      c.acc_in = before_.data() + p * config.array_cols;
      c.acc_out = after + p * config.array_cols;
      c.overflow = overflow_.data() + p * config.array_cols;
      if (++x == t.width) {
        x = 0;
        ++y;
      }
    }
    c.load = n < shadow_.rows;
    if (c.load) {
      c.load_row = static_cast<int>(n);
      c.weights = shadow_.row(c.load_row);
    }
    c.swap = n + 1 == plan.length && shadow_.rows > 0;
    if (!state_.units->array_cycle(c)) return false;
  }
  return true;
}

bool Mac::run_pass(std::uint32_t pc, const insn::MacTile& t, const Pass& pass,
                   const PassPlan& plan) {
  const int cols = state_.config.array_cols;
  const auto pixels = static_cast<int>(t.height * t.width);
  std::int32_t* const acc = state_.acc.entry(t.buffer, 0);
  const bool units = state_.units != nullptr;
  feeder_.feed(pass);
  if (state_.regs.mac.kernel.depthwise != 0) {
    depthwise_sums(active_, feeder_.taps(), t.height, t.width, feeder_.step(), sums_.data());
  } else {
    array_sums(active_, feeder_.vectors(), state_.config.array_rows, pixels, sums_.data());
  }
  if (units) before_.assign(acc, acc + pixels * cols);
  state_.overflows += accumulate(acc, sums_.data(), units ? overflow_.data() : nullptr, pixels,
                                 cols, state_.config.mac_acc_bits, plan.clear);
  if (units && !drive(t, plan, acc)) return false;
  if (state_.observer == nullptr || !state_.observer->wants_accumulators()) return true;
  for (int p = 0; p < pixels; ++p) {
    const std::int64_t fed = plan.begin + plan.feed.cycle(p / t.width, p % t.width);
    state_.observer->accumulate(fed + kMacPipeline, pc, static_cast<int>(t.buffer), p,
                                acc + p * cols, cols);
  }
  return true;
}

void Mac::compute(std::uint32_t pc, const insn::MacTile& t, std::int64_t begin) {
  const auto& r = state_.regs.mac;
  const auto pixels = static_cast<std::size_t>(t.height * t.width);
  const auto cols = static_cast<std::size_t>(state_.config.array_cols);
  sums_.resize(pixels * static_cast<std::size_t>(padded_columns(state_.config.array_cols)));
  overflow_.resize(pixels * cols);
  const PassState at{static_cast<int>(r.reduce.ky), static_cast<int>(r.reduce.kx),
                     static_cast<int>(r.reduce.offset)};
  const auto passes = passes_from(r.kernel, static_cast<int>(r.ifmap.channels),
                                  state_.config.array_rows, at, r.reduce.passes);
  if (static_cast<std::int64_t>(passes.size()) != r.reduce.passes) {
    state_.trap(
        ErrorId::ProgramOperand, pc,
        fmt::format("{} passes, but the kernel ends after {}", r.reduce.passes, passes.size()));
  }
  Units* units = state_.units;
  bool agreed = true;
  if (units != nullptr) units->begin();
  if (t.preloaded == 0) {
    load_tile(pc, t.w_addr, passes[0].rows, &active_);
    if (units != nullptr) agreed = drive_load(active_);
  } else {
    std::swap(active_, shadow_);
  }
  feeder_.begin(pc, t);
  std::int64_t w_addr = t.w_addr;
  PassPlan plan;
  plan.begin = begin + kMacSetupCycles + (t.preloaded != 0 ? 0 : passes[0].rows);
  for (std::size_t j = 0; j < passes.size() && agreed; ++j) {
    w_addr += passes[j].rows;
    const bool last = j + 1 == passes.size();
    const int next_rows = last ? static_cast<int>(t.next_rows) : passes[j + 1].rows;
    shadow_.rows = 0;
    if (next_rows > 0) load_tile(pc, last ? t.next_w_addr : w_addr, next_rows, &shadow_);
    plan.feed = pass_feed(r, t, passes[j]);
    plan.length = pass_cycles(plan.feed, t.height, next_rows);
    plan.clear = t.clear != 0 && j == 0;
    agreed = run_pass(pc, t, passes[j], plan);
    plan.begin += plan.length;
    if (!last) std::swap(active_, shadow_);
  }
  if (units == nullptr) return;
  agreed = units->finish() && agreed;
  if (agreed) return;
  state_.diverged = true;
  state_.divergence = {pc, begin + kMacSetupCycles + kMacFeedStages + units->mismatch().cycle,
                       units->mismatch()};
}

}  // namespace vernier::cycle
