// One row per layer: the one row type that table, JSON, CSV and sweep write. All sums are asserted
// whenever rows are made.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/cycle/core.h"
#include "sim/activity.h"
#include "sim/energy.h"

namespace vernier {

// Where the cycles of a layer went; the parts add up to its cycles.
struct CycleSplit {
  std::int64_t compute = 0;       // the array is fed, or POST works on its own
  std::int64_t dram_exposed = 0;  // MAC and POST wait for LOAD, or STORE drains alone
  std::int64_t weight_port = 0;   // inside a tile: weight rows load longer than pixels pass
  std::int64_t drain = 0;         // only a drain runs: the tail behind the array
  std::int64_t sync = 0;          // MAC or POST waits for the other
  std::int64_t issue = 0;         // no instruction is there yet, or a descriptor loads

  std::int64_t total() const { return compute + dram_exposed + weight_port + drain + sync + issue; }
};

struct LayerRow {
  int index = 0;
  std::string name, op, mapping;
  Shape shape_in, shape_out;
  std::int64_t macs = 0;       // nominal
  std::int64_t end_cycle = 0;  // first cycle behind the layer
  std::int64_t cycles = 0;     // end_cycle minus the previous layer's
  CycleSplit split;
  std::int64_t bound_cycles = 0;
  Activity activity;  // of its instructions; the lanes are those that work in its cycles
  std::int64_t lanes_stalled = 0;  // lanes * cycles - active - zero - padded
  Energy energy;

  double util_pct(const HwConfig& config) const;  // macs / (lanes * cycles); see docs/machine.md
  double util_vs_bound_pct() const;               // bound / cycles
};

struct Summary {
  std::vector<LayerRow> rows;
  LayerRow total;  // sums; name "total"
  double time_us = 0;
};

// From one run of the cycle level. Layers partition the run: a layer ends when its last output is
// written, the first begins at cycle 0, the last ends with the run. Throws Error(Internal) when a
// sum does not close: layer cycles to the run, split to each layer, lanes to lanes x cycles, energy
// parts to the total.
Summary summarize(const cycle::DecodedProgram& decoded, const cycle::RunResult& run,
                  const EnergyTable& table);

}  // namespace vernier
