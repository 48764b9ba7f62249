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
  state_.use_ports(vernier::Engine::Mac, pc, now,
                   now + mac_last_read(timing_.start_of_last_pass, t), now);
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
  const auto need = [&](bool ok, const std::string& what) {
    if (!ok) state_.trap(ErrorId::ProgramOperand, pc, what);
  };
  need(t.height > 0 && t.width > 0, "a tile of 0 pixels");
  need(t.height * t.width <= state_.config.acc_mem_entries,
       fmt::format("{} pixels, a buffer holds {} entries", t.height * t.width,
                   state_.config.acc_mem_entries));
  need(t.buffer < state_.config.acc_mem_buffers,
       fmt::format("accumulator buffer {}, there are {}", t.buffer, state_.config.acc_mem_buffers));
  need(r.reduce.passes > 0, "a reduction of 0 passes");
  need(r.ifmap.channels > 0 && r.kernel.kernel_h > 0 && r.kernel.kernel_w > 0,
       "a kernel or pixel of 0");
  need(r.kernel.packed == 0 || (r.kernel.dilation_w <= 1 && r.kernel.segments > 0 &&
                                r.kernel.segments <= state_.config.act_mem_banks),
       "packed mode needs dilation_w 1 and 1..banks segments");
  need(t.next_rows <= state_.config.array_rows, "next_rows over the array's rows");
}

void Mac::load_tile(std::uint32_t pc, std::int64_t w_addr, int rows, WeightTile* tile) const {
  const int cols = state_.config.array_cols;
  const auto zero = static_cast<int>(state_.regs.mac.ifmap.weight_zero);
  std::fill(tile->values.begin(), tile->values.end(), std::int16_t{0});
  tile->rows = rows;
  for (int r = 0; r < rows; ++r) {
    const std::uint8_t* w = state_.weights.row(w_addr + r);
    if (w == nullptr) {
      state_.trap(ErrorId::ProgramPoison, pc,
                  fmt::format("weight row {} outside {} or never written", w_addr + r,
                              state_.config.weight_words()));
    }
    for (int c = 0; c < cols; ++c) {
      tile->row(r)[c] = static_cast<std::int16_t>(static_cast<std::int8_t>(w[c]) - zero);
    }
  }
}

void Mac::feed_row(std::uint32_t pc, const insn::MacTile& t, const PassSegment& s, std::int64_t iy,
                   std::int16_t* out) const {
  const auto& r = state_.regs.mac;
  const int stride = state_.config.array_rows;
  const std::int64_t channels = r.ifmap.channels;
  const std::int64_t row_bytes = r.ifmap.width * channels;
  const auto zero = static_cast<int>(r.ifmap.zero_point);
  const RowAddress a =
      state_.act.row(r.ifmap.base, r.ifmap.bank, r.ifmap.row_pitch, iy, r.kernel.ring);
  for (std::int64_t x = 0; x < t.width; ++x, out += stride) {
    const std::int64_t column = (t.x0 + x) * r.kernel.stride_w - r.kernel.pad_left +
                                s.kx * std::max<std::int64_t>(1, r.kernel.dilation_w);
    // Channel mode needs the whole pixel inside; packed mode cuts the run at the row's ends.
    if (r.kernel.packed == 0 && (column < 0 || column >= r.ifmap.width)) continue;
    const std::int64_t from = column * channels + s.offset;
    const std::int64_t lo = std::max<std::int64_t>(0, -from);
    const std::int64_t hi = std::min<std::int64_t>(s.length, row_bytes - from);
    if (lo >= hi) continue;
    const std::uint8_t* bytes = state_.act.read(a, from + lo, hi - lo);
    if (bytes == nullptr) {
      state_.trap(
          ErrorId::ProgramPoison, pc,
          fmt::format("ifmap row {}: bank {} bytes {}..{} outside {} or never written", iy, a.bank,
                      a.offset + from + lo, a.offset + from + hi, state_.act.bank_bytes()));
    }
    for (std::int64_t n = lo; n < hi; ++n) {
      out[s.lane + n] = static_cast<std::int16_t>(static_cast<std::int8_t>(bytes[n - lo]) - zero);
    }
  }
}

void Mac::feed(std::uint32_t pc, const insn::MacTile& t, const Pass& pass) {
  const auto& r = state_.regs.mac;
  const auto stride = static_cast<std::size_t>(state_.config.array_rows);
  ifmap_.assign(static_cast<std::size_t>(t.height * t.width) * stride, 0);
  for (const auto& s : pass.segments) {
    for (std::int64_t y = 0; y < t.height; ++y) {
      const std::int64_t iy = (t.y0 + y) * r.kernel.stride_h - r.kernel.pad_top +
                              s.ky * std::max<std::int64_t>(1, r.kernel.dilation_h);
      if (iy < 0 || iy >= r.ifmap.height) continue;
      feed_row(pc, t, s, iy, ifmap_.data() + static_cast<std::size_t>(y * t.width) * stride);
    }
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

bool Mac::drive(const WeightTile& next, std::int64_t length, int pixels, std::int32_t* acc,
                bool clear, const std::int32_t* after, const std::uint8_t* overflow) {
  const int cols = state_.config.array_cols;
  for (std::int64_t n = 0; n < length; ++n) {
    ArrayCycle c;
    c.valid = n < pixels;
    if (c.valid) {
      c.ifmap = ifmap_.data() + n * state_.config.array_rows;
      c.clear = clear;
      c.acc_in = acc + n * cols;
      c.acc_out = after + n * cols;
      c.overflow = overflow + n * cols;
    }
    c.load = n < next.rows;
    if (c.load) {
      c.load_row = static_cast<int>(n);
      c.weights = next.row(c.load_row);
    }
    c.swap = n + 1 == length && next.rows > 0;
    if (!state_.units->array_cycle(c)) return false;
  }
  return true;
}

void Mac::compute(std::uint32_t pc, const insn::MacTile& t, std::int64_t begin) {
  const auto& r = state_.regs.mac;
  const int pixels = static_cast<int>(t.height * t.width);
  const int cols = state_.config.array_cols;
  const auto n = static_cast<std::size_t>(pixels * cols);
  sums_.resize(n);
  overflow_.resize(n);
  PassState at{static_cast<int>(r.reduce.ky), static_cast<int>(r.reduce.kx),
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
  std::int64_t w_addr = t.w_addr;
  std::int64_t cycle = begin + kMacSetupCycles + (t.preloaded != 0 ? 0 : passes[0].rows);
  std::int32_t* acc = state_.acc.entry(t.buffer, 0);
  for (std::size_t j = 0; j < passes.size() && agreed; ++j) {
    w_addr += passes[j].rows;
    const bool last = j + 1 == passes.size();
    const int next_rows = last ? static_cast<int>(t.next_rows) : passes[j + 1].rows;
    if (next_rows > 0) {
      load_tile(pc, last ? t.next_w_addr : w_addr, next_rows, &shadow_);
    } else {
      shadow_.rows = 0;
    }
    feed(pc, t, passes[j]);
    const bool clear = t.clear != 0 && j == 0;
    if (units != nullptr) before_.assign(acc, acc + n);
    array_sums(active_, ifmap_.data(), state_.config.array_rows, pixels, sums_.data());
    state_.overflows += accumulate(acc, sums_.data(), overflow_.data(), static_cast<int>(n),
                                   state_.config.mac_acc_bits, clear);
    const std::int64_t length =
        std::max({std::int64_t{pixels}, std::int64_t{next_rows}, std::int64_t{kMacPassMin}});
    if (units != nullptr) {
      agreed = drive(shadow_, length, pixels, before_.data(), clear, acc, overflow_.data());
    }
    if (state_.observer != nullptr && state_.observer->wants_accumulators()) {
      for (int p = 0; p < pixels; ++p) {
        state_.observer->accumulate(cycle + p + kMacPipeline, pc, static_cast<int>(t.buffer), p,
                                    acc + p * cols, cols);
      }
    }
    cycle += length;
    if (!last) std::swap(active_, shadow_);
  }
  if (units != nullptr) {
    agreed = units->finish() && agreed;
    if (!agreed) {
      state_.diverged = true;
      state_.divergence = {pc, begin + kMacSetupCycles + kMacFeedStages + units->mismatch().cycle,
                           units->mismatch()};
    }
  }
}

}  // namespace vernier::cycle
