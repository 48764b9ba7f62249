// MAC: the feeder reads ifmap vectors, the array multiplies them with the stationary weight tile,
// the sums go to the accumulators.
#pragma once

#include "hw_models/cycle/array.h"
#include "hw_models/cycle/engine.h"
#include "hw_models/cycle/feeder.h"
#include "hw_models/spec/durations.h"

namespace vernier::cycle {

class Mac : public Engine {
 public:
  SC_HAS_PROCESS(Mac);
  Mac(sc_core::sc_module_name name, MachineState& state, Clock& clock);
  void reset() override;

 protected:
  std::int64_t start(std::uint32_t pc, std::int64_t now) override;
  void finish(std::uint32_t pc, std::int64_t now) override;

 private:
  void last_pass();
  // Executes the whole tile: reads ifmap and weights, leaves the accumulators. First cycle `begin`.
  void compute(std::uint32_t pc, const insn::MacTile& t, std::int64_t begin);
  void check_tile(std::uint32_t pc, const insn::MacTile& t) const;
  void load_tile(std::uint32_t pc, std::int64_t w_addr, int rows, WeightTile* tile) const;
  // One pass over the tile: feeds, multiplies with active_, leaves the accumulators; the next
  // pass's weights come to shadow_. False at the first difference of the Verilated array.
  struct PassPlan {
    PassFeed feed;
    std::int64_t begin = 0, length = 0;  // absolute first cycle, cycles
    bool clear = false;
  };
  bool run_pass(std::uint32_t pc, const insn::MacTile& t, const Pass& pass, const PassPlan& plan);
  // Drives the Verilated array through one pass from before_ to `after`; false likewise.
  bool drive(const insn::MacTile& t, const PassPlan& plan, const std::int32_t* after);
  bool drive_load(const WeightTile& tile);

  sc_core::sc_event last_pass_;
  std::uint32_t pc_ = 0;
  std::int64_t begin_ = 0;
  MacTileTiming timing_;
  WeightTile active_, shadow_;
  Feeder feeder_{state_};
  std::vector<std::int32_t> sums_, before_;
  std::vector<std::uint8_t> overflow_;  // of the pass, only with units
  std::vector<std::int16_t> window_;    // of one vector, only with units
};

}  // namespace vernier::cycle
