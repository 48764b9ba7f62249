// The seam of the four engines. An engine takes instructions from its queue in order. The head
// starts in the first cycle in which the engine is free and every token it waits for has come; it
// takes the tokens, lasts a closed form of cycles, and its tokens arrive one cycle behind the point
// that sends them (a register between the engines).
//
// Everything is an SC_METHOD over explicit state, so the elaborated core is re-armed for another
// program or configuration by resetting that state: SystemC elaborates once per process.
#pragma once

#include <deque>
#include <systemc>

#include "hw_models/cycle/machine_state.h"

namespace vernier::cycle {

// One cycle is two ticks: engines act on whole cycles, the DRAM channel decides in between, when
// all requests of that cycle are there.
inline constexpr int kTicksPerCycle = 2;

// The clock all modules of one core count by: cycle 0 is the cycle in which the run was armed.
class Clock {
 public:
  void arm() { zero_ = sc_core::sc_time_stamp().value(); }
  std::int64_t now() const {
    return static_cast<std::int64_t>((sc_core::sc_time_stamp().value() - zero_) / kTicksPerCycle);
  }
  // Notifies `event` at the begin (or, half, in the middle) of a cycle that is not past.
  void at(sc_core::sc_event& event, std::int64_t cycle, bool half = false) const;

 private:
  std::uint64_t zero_ = 0;
};

class Dispatcher;
class Engine;
using EngineSet = std::array<Engine*, kEngines>;

class Engine : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Engine);
  Engine(sc_core::sc_module_name name, vernier::Engine kind, MachineState& state, Clock& clock);

  void connect(const EngineSet& engines, Dispatcher* dispatcher) {
    engines_ = engines;
    dispatcher_ = dispatcher;
  }
  // Back to the state before the first instruction.
  virtual void reset();
  // --- called by the dispatcher
  bool full() const { return queue_.size() == static_cast<std::size_t>(state_.config.queue_depth); }
  // Unless full: the first cycle in which the queue takes an instruction. A head that left in a
  // cycle holds its place to the end of it: the full flag is a register.
  std::int64_t room_from() const {
    const bool last_place =
        queue_.size() + 1 == static_cast<std::size_t>(state_.config.queue_depth);
    return last_place ? popped_at_ + 1 : 0;
  }
  // Dispatched in `cycle`, now or later.
  void push(std::uint32_t pc, std::int64_t cycle);
  // --- called by other engines in the cycle in which the token arrives
  void token_from(vernier::Engine from);
  bool idle() const { return !busy_ && queue_.empty() && in_flight() == 0; }
  // For the deadlock report: what the head waits for; empty when there is no head.
  std::string waits_for() const;

 protected:
  struct Waiting {
    std::uint32_t pc;
    std::int64_t ready;  // first cycle in which the engine can see it
  };

  // Starts the instruction at `pc` in cycle `now`. Returns the cycles until the next may start, or
  // -1 when it is not known yet: release() follows.
  virtual std::int64_t start(std::uint32_t pc, std::int64_t now) = 0;
  // The instruction at `pc`, busy until cycle `now` - 1, makes way.
  virtual void finish(std::uint32_t pc, std::int64_t now) = 0;
  // First cycle in which the instruction at `pc` may start, if the engine is free by then.
  virtual std::int64_t may_start(std::uint32_t /*pc*/) const { return 0; }
  // Instructions that go on although the engine is free.
  virtual std::int64_t in_flight() const { return 0; }

  // The engine is free for the next instruction at `cycle`.
  void release(std::int64_t cycle);
  // Reports the end of an instruction and sends its tokens; called in cycle end + 1.
  void retire(std::uint32_t pc, std::int64_t end);
  void send(vernier::Engine to);
  const Program& program() const { return *state_.decoded->program; }
  const Instruction& insn(std::uint32_t pc) const { return state_.decoded->insns[pc]; }
  // Runs `body`, keeping what it throws for the caller of Core::run.
  template <class Body>
  void guarded(Body&& body) {
    if (state_.stopped()) return;
    try {
      body();
    } catch (...) {
      state_.failure = std::current_exception();
    }
  }

  MachineState& state_;
  Clock& clock_;

 private:
  void step();
  bool tokens_there(const std::array<int, kEngines>& waits) const;

  vernier::Engine kind_;
  EngineSet engines_{};
  Dispatcher* dispatcher_ = nullptr;
  sc_core::sc_event wake_;
  std::deque<Waiting> queue_;
  std::int64_t popped_at_ = -1;
  bool busy_ = false;
  bool blocked_ = false;      // the head may start but for its tokens
  std::int64_t free_at_ = 0;  // -1 while unknown
  std::uint32_t running_ = 0;
  std::int64_t free_since_ = 0;
  std::int8_t last_token_ = -1;  // engine it came from, the first of those of one cycle
  std::int64_t last_token_at_ = -1;
};

}  // namespace vernier::cycle
