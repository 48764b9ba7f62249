// MAC: the feeder reads ifmap vectors, the array multiplies them with the stationary weight tile,
// the sums go to the accumulators.
#pragma once

#include "hw_models/cycle/array.h"
#include "hw_models/cycle/engine.h"
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
  // The feeder: ifmap_[p][lane] for all pixels of one pass, padding and unused lanes 0.
  void feed(std::uint32_t pc, const insn::MacTile& t, const Pass& pass);
  void feed_row(std::uint32_t pc, const insn::MacTile& t, const PassSegment& s, std::int64_t iy,
                std::int16_t* out) const;
  // Drives the Verilated array through one pass; false at the first difference.
  bool drive(const WeightTile& next, std::int64_t length, int pixels, std::int32_t* acc, bool clear,
             const std::int32_t* after, const std::uint8_t* overflow);
  bool drive_load(const WeightTile& tile);

  sc_core::sc_event last_pass_;
  std::uint32_t pc_ = 0;
  std::int64_t begin_ = 0;
  MacTileTiming timing_;
  WeightTile active_, shadow_;
  std::vector<std::int16_t> ifmap_;
  std::vector<std::int32_t> sums_, before_;
  std::vector<std::uint8_t> overflow_;
};

}  // namespace vernier::cycle
