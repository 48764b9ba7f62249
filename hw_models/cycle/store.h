// STORE: activation memory to DRAM.
#pragma once

#include "hw_models/cycle/transfer.h"

namespace vernier::cycle {

class Store : public TransferEngine {
 public:
  Store(sc_core::sc_module_name name, MachineState& state, Clock& clock, Dram& dram)
      : TransferEngine(name, vernier::Engine::Store, state, clock, dram) {}

 protected:
  void issued(std::uint32_t pc) override;
  void delivered(std::uint32_t) override {}
  Span span(std::uint32_t pc) const override;
};

}  // namespace vernier::cycle
