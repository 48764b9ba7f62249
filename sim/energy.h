// Energy of a layer by component: counts times the coefficients of a sourced table (energy.md 1f).
#pragma once

#include <array>
#include <cstdint>

#include "sim/activity.h"
#include "sim/area.h"
#include "sim/energy_table.h"

namespace vernier {

// The components, in report order.
enum class EnergyPart { kMac, kAcc, kAct, kWeight, kParam, kPost, kDram, kControl, kLeakage };
inline constexpr int kEnergyParts = 9;
// "mac", "acc", "act", "weight", "param", "post", "dram", "control", "leakage"
const char* energy_part_name(int part);

struct Energy {
  std::array<double, kEnergyParts> pj{};
  double& operator[](EnergyPart p) { return pj[static_cast<std::size_t>(p)]; }
  double total() const;
  Energy& operator+=(const Energy& o);
};

// Prices of one machine, looked up once.
class EnergyModel {
 public:
  EnergyModel(const HwConfig& config, const EnergyTable& table);
  // `idle_lanes`: lane-cycles without an operand (padded and stalled).
  Energy of(const Activity& a, std::int64_t cycles, std::int64_t idle_lanes) const;
  const Area& area() const { return area_; }

 private:
  HwConfig config_;
  EnergyTable t_;
  Area area_;
  double act_, weight_, acc_, param_, lut_, lane_lut_, program_, register_, leakage_uw_;
};

}  // namespace vernier
