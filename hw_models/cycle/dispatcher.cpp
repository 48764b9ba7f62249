#include "hw_models/cycle/dispatcher.h"

#include <algorithm>

#include "hw_models/spec/durations.h"

namespace vernier::cycle {

Dispatcher::Dispatcher(sc_core::sc_module_name name, MachineState& state, Clock& clock, Dram& dram)
    : sc_module(name), state_(state), clock_(clock), dram_(dram) {
  SC_METHOD(step);
  sensitive << wake_;
  dont_initialize();
}

std::int64_t Dispatcher::page_words(std::size_t page) const {
  const auto& p = *state_.decoded->program;
  const std::size_t end = page + 1 < p.page_begin.size() ? p.page_begin[page + 1] : p.words.size();
  return static_cast<std::int64_t>(end - p.page_begin[page]);
}

void Dispatcher::arm() {
  wake_.cancel();
  pc_ = 0;
  page_ = 0;
  pages_loaded_ = 1;
  boot_start_ = -1;
  next_cycle_ = 0;
  stalled_ = false;
  dram_.request(this, kBootPc, dram_beats(state_.config, page_words(0) * kInstructionBytes), 0, 0);
}

void Dispatcher::granted(std::uint32_t, std::int64_t start, std::int64_t beats) {
  boot_start_ = start;
  const std::int64_t last = start + state_.config.dram_latency_cycles + beats - 1;
  state_.happened(last);
  if (state_.observer != nullptr) {
    state_.observer->dram(start, last, kBootPc, false, 0,
                          static_cast<std::uint32_t>(page_words(0) * kInstructionBytes));
  }
  clock_.at(wake_, word_ready());
}

std::int64_t Dispatcher::word_ready() const {
  if (page_ != 0) return next_cycle_;
  const std::int64_t arrived = boot_start_ + state_.config.dram_latency_cycles +
                               dram_beats(state_.config, (pc_ + 1) * kInstructionBytes) - 1;
  return std::max(next_cycle_, arrived + 1);
}

void Dispatcher::room_at(std::int64_t cycle) {
  if (stalled_) clock_.at(wake_, std::max(cycle, next_cycle_));
}

void Dispatcher::page_loaded(std::int64_t cycle) {
  ++pages_loaded_;
  clock_.at(wake_, std::max(cycle, next_cycle_));
}

void Dispatcher::step() {
  if (state_.stopped() || state_.ended || boot_start_ < 0) return;
  const std::int64_t now = clock_.now();
  if (now < word_ready()) return clock_.at(wake_, word_ready());
  const auto& p = *state_.decoded->program;
  const auto& i = state_.decoded->insns[pc_];
  if (std::holds_alternative<insn::End>(i)) {
    state_.ended = true;
    state_.timing[pc_] = {now, now, now, -1};
    state_.happened(now);
    return;
  }
  if (std::holds_alternative<insn::Switch>(i)) {
    stalled_ = true;
    if (pages_loaded_ < page_ + 2) return;
    state_.timing[pc_] = {now, now, now, -1};
    ++page_;
    pc_ = p.page_begin[page_];
  } else {
    auto* engine = engines_[static_cast<std::size_t>(engine_of(i))];
    stalled_ = true;
    if (!engine->has_room(now)) {
      // A head may have left in this very cycle, before the dispatcher looked.
      if (engine->has_room(now + 1)) clock_.at(wake_, now + 1);
      return;
    }
    engine->push(pc_, now);
    ++pc_;
  }
  stalled_ = false;
  next_cycle_ = now + 1;
  clock_.at(wake_, word_ready());
}

}  // namespace vernier::cycle
