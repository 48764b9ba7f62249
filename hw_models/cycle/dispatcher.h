// The dispatcher: boots the first page, hands one instruction a cycle to the engines' queues,
// stalls while a queue is full, moves to the next page at a SWITCH.
//
// While queues have room nothing but the cycle count decides when it hands out a word. So it runs
// ahead of the engines, giving each word its cycle, until one has to wait; what it waits for takes
// it on. No event is spent on a word.
#pragma once

#include "hw_models/cycle/dram.h"

namespace vernier::cycle {

class Dispatcher : public sc_core::sc_module, public DramClient {
 public:
  SC_HAS_PROCESS(Dispatcher);
  Dispatcher(sc_core::sc_module_name name, MachineState& state, Clock& clock, Dram& dram);

  void connect(const EngineSet& engines) { engines_ = engines; }
  // Begins the run in cycle 0: asks for page 0.
  void arm();
  // Boot has the channel.
  void granted(std::uint32_t pc, std::int64_t start, std::int64_t beats) override;
  // The queue of `engine` has room from `cycle` on.
  void room_at(vernier::Engine engine, std::int64_t cycle) {
    if (full_ == engine) go_on(cycle);
  }
  // The next page has arrived in the other half.
  void page_loaded(std::int64_t cycle);
  std::uint32_t pc() const { return pc_; }

 private:
  // Hands out words, from `cycle` on at the earliest, until one has to wait.
  void go_on(std::int64_t cycle);
  void end();
  std::int64_t page_words(std::size_t page) const;
  // First cycle in which the word at pc can be dispatched. Page 0 streams in while it runs: the
  // write pointer of boot's transfer must have passed the word.
  std::int64_t word_ready() const;

  MachineState& state_;
  Clock& clock_;
  Dram& dram_;
  EngineSet engines_{};
  sc_core::sc_event end_;
  std::uint32_t pc_ = 0;
  std::size_t page_ = 0;
  std::size_t pages_loaded_ = 1;
  std::int64_t boot_start_ = -1;
  std::int64_t next_cycle_ = 0;
  vernier::Engine full_ = vernier::Engine::Dispatch;  // whose queue it waits for, Dispatch: none
  bool at_switch_ = false;                            // it waits for a page
};

}  // namespace vernier::cycle
