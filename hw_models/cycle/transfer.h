// What LOAD and STORE have in common: an instruction asks for the DRAM channel when it starts,
// holds the engine while its beats are issued, and ends when the last byte has arrived. So
// transfers overlap their latencies, and they end in order.
#pragma once

#include "hw_models/cycle/dram.h"

namespace vernier::cycle {

class TransferEngine : public Engine, public DramClient {
 public:
  SC_HAS_PROCESS(TransferEngine);
  TransferEngine(sc_core::sc_module_name name, vernier::Engine kind, MachineState& state,
                 Clock& clock, Dram& dram);

  void reset() override;
  void granted(std::uint32_t pc, std::int64_t start, std::int64_t beats) override;

 protected:
  std::int64_t start(std::uint32_t pc, std::int64_t now) override;
  void finish(std::uint32_t pc, std::int64_t now) override;
  std::int64_t in_flight() const override { return static_cast<std::int64_t>(coming_.size()); }
  // Moves the data when the beats have been issued (STORE reads then).
  virtual void issued(std::uint32_t pc) = 0;
  // Moves the data when the last byte has arrived (LOAD writes then), before tokens are sent.
  virtual void delivered(std::uint32_t pc) = 0;
  // The DRAM bytes of an instruction; traps when they leave the image.
  struct Span {
    std::uint32_t addr = 0, bytes = 0;
  };
  virtual Span span(std::uint32_t pc) const = 0;

 private:
  struct Coming {
    std::uint32_t pc;
    std::int64_t end;
  };
  void deliver();

  Dram& dram_;
  bool is_store_;
  sc_core::sc_event arrive_;
  std::deque<Coming> coming_;
};

}  // namespace vernier::cycle
