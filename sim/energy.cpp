#include "sim/energy.h"

#include <numeric>

namespace vernier {

const char* energy_part_name(int part) {
  static constexpr const char* kNames[kEnergyParts] = {"mac",  "acc",  "act",     "weight", "param",
                                                       "post", "dram", "control", "leakage"};
  return kNames[part];
}

double Energy::total() const { return std::accumulate(pj.begin(), pj.end(), 0.0); }

Energy& Energy::operator+=(const Energy& o) {
  for (std::size_t i = 0; i < pj.size(); ++i) pj[i] += o.pj[i];
  return *this;
}

EnergyModel::EnergyModel(const HwConfig& config, const EnergyTable& table)
    : config_(config),
      t_(table),
      area_(machine_area(config, table)),
      act_(table.act_access_pj(config)),
      weight_(table.weight_access_pj(config)),
      acc_(table.acc_access_pj(config)),
      param_(table.param_access_pj()),
      lut_(table.lut_access_pj()),
      lane_lut_(table.lane_lut_access_pj()),
      program_(table.program_access_pj(config)),
      register_(table.weight_register_pj()),
      leakage_uw_(logic_leakage_uw(area_, table) + sram_leakage_uw(area_, table)) {}

Energy EnergyModel::of(const Activity& a, std::int64_t cycles, std::int64_t idle_lanes) const {
  const auto n = [](std::int64_t v) { return static_cast<double>(v); };
  Energy e;
  // A weight row is written to the shadow registers of all columns and copied once to the active
  // ones.
  const double registers = 2.0 * n(a.weight_reads) * config_.array_cols * register_;
  e[EnergyPart::kMac] = n(a.lanes_active) * t_.mac_active * t_.mac_activity +
                        n(a.lanes_zero) * t_.mac_zero + n(idle_lanes) * t_.mac_idle + registers;
  e[EnergyPart::kAcc] = n(a.acc_reads + a.acc_writes) * acc_;
  e[EnergyPart::kAct] = n(a.act_reads + a.act_writes) * act_;
  e[EnergyPart::kWeight] = n(a.weight_reads + a.weight_writes) * weight_;
  e[EnergyPart::kParam] = n(a.param_reads + a.param_writes) * param_ +
                          n(a.lut_reads + a.lut_writes) * lut_ +
                          n(a.lane_lut_reads + a.lane_lut_writes) * lane_lut_;
  e[EnergyPart::kPost] = n(a.requantizations) * t_.requantize +
                         n(a.operand_scalings) * t_.operand_scale + n(a.shifts) * t_.shift32 +
                         n(a.adds) * t_.add32 + n(a.compares) * t_.compare32 +
                         n(a.multiplies) * t_.multiply32 + n(a.products) * t_.multiply9;
  e[EnergyPart::kDram] = n(a.dram_read_bytes + a.dram_written_bytes) * t_.dram_byte;
  // Each instruction is written to program memory once and read once.
  e[EnergyPart::kControl] =
      n(a.instructions) * (t_.dispatch + 2 * program_) + n(a.engine_cycles) * t_.engine_cycle;
  e[EnergyPart::kLeakage] = leakage_uw_ * n(cycles) / config_.clock_mhz;
  return e;
}

}  // namespace vernier
