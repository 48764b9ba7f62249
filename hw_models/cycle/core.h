// The whole accelerator as one SystemC module: four engines, the dispatcher, the DRAM channel. It
// is elaborated once per process and re-armed for every run, so one process runs batches and
// sweeps.
#pragma once

#include <memory>

#include "hw_models/cycle/machine_state.h"

namespace vernier::cycle {

struct RunOptions {
  bool data = true;        // false: time only; needs no DRAM image
  Units* units = nullptr;  // Verilated units in the loop
  Observer* observer = nullptr;
};

struct RunResult {
  std::int64_t cycles = 0;         // of the whole run
  std::vector<InsnTiming> timing;  // per pc
  std::int64_t overflows = 0;      // accumulations that wrapped (with data)
  bool diverged = false;           // a unit disagreed; `divergence` tells where
  UnitsDivergence divergence;
};

class Core {
 public:
  // The process's core; elaborated at the first call.
  static Core& instance();
  ~Core();

  // Runs a program to its end. `dram` is the whole image of program.dram_bytes bytes with inputs in
  // place; outputs are in it afterwards (unused without data). Throws Error(Program...) for a trap
  // or a deadlock, naming instruction and engine.
  RunResult run(const DecodedProgram& decoded, std::vector<std::uint8_t>* dram,
                const RunOptions& options);

 private:
  Core();
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// The DRAM image of a program: instructions and constants in place, the rest zero.
std::vector<std::uint8_t> dram_image(const Program& program);

}  // namespace vernier::cycle
