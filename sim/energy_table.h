// Coefficients of energy, leakage and area with their units and sources, from a YAML table. What
// the counts are and how they add up stands in energy.h.
#pragma once

#include <string>
#include <vector>

#include "hw_models/spec/hw_config.h"

namespace vernier {

// One row of energy_table.def.
struct CoefficientInfo {
  const char* name;
  const char* unit;
  double least, most;
  const char* meaning;
};
const std::vector<CoefficientInfo>& coefficient_table();

// Where a value comes from.
enum class Basis {
  kRead,      // V: read in a public source
  kDerived,   // D: derived from read values by the formula in the source text
  kAssumed,   // A: an assumption
  kRecalled,  // R: recalled from the literature: never to be shown as a fact
};
// 'V', 'D', 'A', 'R'
char basis_letter(Basis basis);

struct CoefficientSource {
  Basis basis = Basis::kAssumed;
  std::string source;
};

struct EnergyTable {
  std::string name;    // "45nm"
  std::string file;    // as opened
  std::string sha256;  // of the table's text, hex
#define VERNIER_COEFFICIENT(member, unit, least, most, meaning) double member = 0;
#include "sim/energy_table.def"
#undef VERNIER_COEFFICIENT
  std::vector<CoefficientSource> sources;  // in the order of coefficient_table()

  // Mean energy of a read and a write of one word, pJ:
  //   sram_scale * sqrt(kib) * (sram_fixed + sram_width * width_bits / 64)   (energy.md 1b)
  double sram_access_pj(double kib, double width_bits) const;

  // One access, pJ, to each memory of a machine.
  // One word of one half (even or odd) of one bank of one page, a macro of its own.
  double act_access_pj(const HwConfig& config) const;
  // One row of array.cols bytes.
  double weight_access_pj(const HwConfig& config) const;
  // One entry of array.cols accumulators; ports: MAC reads and writes, POST reads.
  double acc_access_pj(const HwConfig& config) const;
  // One parameter record of POST; one entry of a table; one byte of a lane's copy of a table; one
  // 16-byte instruction.
  double param_access_pj() const;
  double lut_access_pj() const;
  double lane_lut_access_pj() const;
  double program_access_pj(const HwConfig& config) const;
  // One operand-wide (9-bit) weight register of a PE written.
  double weight_register_pj() const;
};

// Reads a table: every coefficient of energy_table.def with value, unit, basis and source, none
// unknown. Throws Error(Config...) for the YAML, Error(Energy...) for the coefficients.
EnergyTable load_energy_table(const std::string& path);
EnergyTable parse_energy_table(const std::string& text, const std::string& where);
// The same for a shipped name ("45nm") or a path. Throws Error(EnergyName).
EnergyTable find_energy_table(const std::string& name_or_path);

}  // namespace vernier
