#include "hw_models/cycle/dispatcher.h"

#include <algorithm>

#include "hw_models/spec/durations.h"

namespace vernier::cycle {

Dispatcher::Dispatcher(sc_core::sc_module_name name, MachineState& state, Clock& clock, Dram& dram)
    : sc_module(name), state_(state), clock_(clock), dram_(dram) {
  SC_METHOD(end);
  sensitive << end_;
  dont_initialize();
}

std::int64_t Dispatcher::page_words(std::size_t page) const {
  const auto& p = *state_.decoded->program;
  const std::size_t end = page + 1 < p.page_begin.size() ? p.page_begin[page + 1] : p.words.size();
  return static_cast<std::int64_t>(end - p.page_begin[page]);
}

void Dispatcher::arm() {
  end_.cancel();
  pc_ = 0;
  page_ = 0;
  pages_loaded_ = 1;
  boot_start_ = -1;
  next_cycle_ = 0;
  full_ = vernier::Engine::Dispatch;
  at_switch_ = false;
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
  go_on(0);
}

std::int64_t Dispatcher::word_ready() const {
  if (page_ != 0) return next_cycle_;
  const std::int64_t arrived = boot_start_ + state_.config.dram_latency_cycles +
                               dram_beats(state_.config, (pc_ + 1) * kInstructionBytes) - 1;
  return std::max(next_cycle_, arrived + 1);
}

void Dispatcher::page_loaded(std::int64_t cycle) {
  ++pages_loaded_;
  if (at_switch_) go_on(cycle);
}

void Dispatcher::go_on(std::int64_t cycle) {
  if (state_.stopped()) return;
  full_ = vernier::Engine::Dispatch;
  at_switch_ = false;
  next_cycle_ = std::max(next_cycle_, cycle);
  const auto& p = *state_.decoded->program;
  while (true) {
    std::int64_t at = word_ready();
    const auto& i = state_.decoded->insns[pc_];
    if (std::holds_alternative<insn::End>(i)) {
      next_cycle_ = at;
      return clock_.at(end_, at);
    }
    if (std::holds_alternative<insn::Switch>(i)) {
      at_switch_ = pages_loaded_ < page_ + 2;
      if (at_switch_) return;
      state_.timing[pc_] = {at, at, at, -1};
      ++page_;
      pc_ = p.page_begin[page_];
    } else {
      const auto to = engine_of(i);
      auto* engine = engines_[static_cast<std::size_t>(to)];
      if (engine->full()) {
        full_ = to;
        return;
      }
      at = std::max(at, engine->room_from());
      engine->push(pc_, at);
      ++pc_;
    }
    next_cycle_ = at + 1;
  }
}

void Dispatcher::end() {
  if (state_.stopped()) return;
  state_.ended = true;
  state_.timing[pc_] = {next_cycle_, next_cycle_, next_cycle_, -1};
  state_.happened(next_cycle_);
}

}  // namespace vernier::cycle
