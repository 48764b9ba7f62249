// Area of a machine from its table's coefficients: what leakage and the sweep's area column use.
#pragma once

#include "hw_models/spec/hw_config.h"
#include "sim/energy_table.h"

namespace vernier {

struct Area {
  double array_um2 = 0;      // multipliers with their adders, both weight registers
  double post_um2 = 0;       // requantizers, barrel shifters and multipliers of MUL
  double registers_um2 = 0;  // instruction queues
  double sram_um2 = 0;       // all memories
  double sram_kib = 0;       // all memories

  double logic_um2() const { return array_um2 + post_um2 + registers_um2; }
  double total_um2() const { return logic_um2() + sram_um2; }
};

// Composition of energy.md section 2: PEs, requantizers of one multiplier, two 64-bit adders, one
// 64-bit shifter and two comparators, memories by the bit.
Area machine_area(const HwConfig& config, const EnergyTable& table);

// Leakage power, uW: logic by gate equivalents, memories by KiB.
double logic_leakage_uw(const Area& area, const EnergyTable& table);
double sram_leakage_uw(const Area& area, const EnergyTable& table);

}  // namespace vernier
