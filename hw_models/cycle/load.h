// LOAD: DRAM to program, weight, parameter, table and activation memory.
#pragma once

#include "hw_models/cycle/transfer.h"

namespace vernier::cycle {

class Load : public TransferEngine {
 public:
  Load(sc_core::sc_module_name name, MachineState& state, Clock& clock, Dram& dram)
      : TransferEngine(name, vernier::Engine::Load, state, clock, dram) {}
  void connect_pages(Dispatcher* dispatcher) { pages_ = dispatcher; }

 protected:
  void issued(std::uint32_t) override {}
  void delivered(std::uint32_t pc) override;
  Span span(std::uint32_t pc) const override;

 private:
  void write_weights(std::uint32_t pc, const insn::LoadWeights& i, const std::uint8_t* from);
  void write_params(std::uint32_t pc, const insn::LoadParams& i, const std::uint8_t* from);
  void write_lut(std::uint32_t pc, const insn::LoadLut& i, const std::uint8_t* from);
  void write_act(std::uint32_t pc, const insn::LoadAct& i, const std::uint8_t* from);

  Dispatcher* pages_ = nullptr;
};

}  // namespace vernier::cycle
