#include "hw_models/cycle/engine.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_models/cycle/dispatcher.h"

namespace vernier::cycle {
namespace {

int index(vernier::Engine e) { return static_cast<int>(e); }

}  // namespace

void Clock::at(sc_core::sc_event& event, std::int64_t cycle, bool half) const {
  const std::uint64_t tick =
      zero_ + static_cast<std::uint64_t>(cycle) * kTicksPerCycle + (half ? 1 : 0);
  const std::uint64_t now = sc_core::sc_time_stamp().value();
  if (tick <= now) {
    event.notify(sc_core::SC_ZERO_TIME);
  } else {
    event.notify(sc_core::sc_time::from_value(tick - now));
  }
}

Engine::Engine(sc_core::sc_module_name name, vernier::Engine kind, MachineState& state,
               Clock& clock)
    : sc_module(name), state_(state), clock_(clock), kind_(kind) {
  SC_METHOD(step);
  sensitive << wake_;
  dont_initialize();
}

void Engine::reset() {
  wake_.cancel();
  queue_.clear();
  popped_at_ = -1;
  busy_ = false;
  blocked_ = false;
  free_at_ = 0;
  free_since_ = 0;
  last_token_ = -1;
  last_token_at_ = -1;
}

void Engine::push(std::uint32_t pc, std::int64_t cycle) {
  queue_.push_back({pc, cycle + 1});
  if (!busy_ && queue_.size() == 1) clock_.at(wake_, cycle + 1);
}

void Engine::token_from(vernier::Engine from) {
  int& count =
      state_.tokens[static_cast<std::size_t>(index(from))][static_cast<std::size_t>(index(kind_))];
  if (++count > kSemaphoreMax) {
    throw Error(ErrorId::ProgramDeadlock, engine_name(kind_),
                fmt::format("{} tokens from {} wait, a counter holds {}", count, engine_name(from),
                            kSemaphoreMax));
  }
  const std::int64_t now = clock_.now();
  const auto source = static_cast<std::int8_t>(index(from));
  last_token_ = now == last_token_at_ ? std::min(last_token_, source) : source;
  last_token_at_ = now;
  if (!blocked_ || !tokens_there(state_.decoded->tokens[queue_.front().pc].waits)) return;
  blocked_ = false;
  wake_.notify(sc_core::SC_ZERO_TIME);
}

void Engine::send(vernier::Engine to) {
  engines_[static_cast<std::size_t>(index(to))]->token_from(kind_);
}

bool Engine::tokens_there(const std::array<int, kEngines>& waits) const {
  for (std::size_t from = 0; from < waits.size(); ++from) {
    if (state_.tokens[from][static_cast<std::size_t>(index(kind_))] < waits[from]) return false;
  }
  return true;
}

void Engine::release(std::int64_t cycle) {
  free_at_ = cycle;
  clock_.at(wake_, cycle);
}

void Engine::retire(std::uint32_t pc, std::int64_t end) {
  auto& t = state_.timing[pc];
  t.end = end;
  state_.happened(end);
  if (state_.observer != nullptr) state_.observer->instruction(kind_, pc, t.start, end);
  const auto& signals = state_.decoded->tokens[pc].signals;
  for (std::size_t to = 0; to < signals.size(); ++to) {
    if (signals[to]) send(static_cast<vernier::Engine>(to));
  }
}

void Engine::step() {
  guarded([&] {
    const std::int64_t now = clock_.now();
    if (busy_) {
      if (free_at_ < 0) return;  // release() wakes us
      if (now < free_at_) return clock_.at(wake_, free_at_);
      busy_ = false;
      free_since_ = now;
      finish(running_, now);
    }
    if (queue_.empty() || state_.stopped()) return;
    const Waiting head = queue_.front();
    if (now < head.ready) return clock_.at(wake_, head.ready);
    auto& t = state_.timing[head.pc];
    const std::int64_t open = may_start(head.pc);
    if (now < open) return clock_.at(wake_, open);
    t.head = std::max({head.ready, free_since_, open});
    const auto& waits = state_.decoded->tokens[head.pc].waits;
    blocked_ = !tokens_there(waits);
    if (blocked_) return;
    for (std::size_t from = 0; from < waits.size(); ++from) {
      state_.tokens[from][static_cast<std::size_t>(index(kind_))] -= waits[from];
    }
    t.start = now;
    if (now > t.head) t.blocker = last_token_;
    busy_ = true;
    queue_.pop_front();
    popped_at_ = now;
    dispatcher_->room_at(kind_, now + 1);
    running_ = head.pc;
    const std::int64_t cycles = start(head.pc, now);
    free_at_ = cycles < 0 ? -1 : now + cycles;
    if (free_at_ >= 0) clock_.at(wake_, free_at_);
  });
}

std::string Engine::waits_for() const {
  if (queue_.empty()) return "";
  const auto pc = queue_.front().pc;
  const auto& waits = state_.decoded->tokens[pc].waits;
  std::string list;
  for (std::size_t from = 0; from < waits.size(); ++from) {
    const int have = state_.tokens[from][static_cast<std::size_t>(index(kind_))];
    if (have >= waits[from]) continue;
    list += fmt::format("{}{} tokens from {} (has {})", list.empty() ? "" : " and ", waits[from],
                        engine_name(static_cast<vernier::Engine>(from)), have);
  }
  return fmt::format("{} pc {} ({}) waits for {}", engine_name(kind_), pc, disassemble(insn(pc)),
                     list.empty() ? "its engine" : list);
}

}  // namespace vernier::cycle
