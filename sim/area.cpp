#include "sim/area.h"

#include "hw_models/spec/isa.h"
#include "hw_models/spec/machine.h"

namespace vernier {
namespace {

constexpr double kBitsPerKib = 8192;
constexpr double kOperandBits = 9;        // 8 bits with the guard bit
constexpr double kOperandRegisters = 3;   // active and shadow weight, depthwise window
constexpr double kAccPortsBeyondOne = 2;  // MAC reads and writes, POST reads

}  // namespace

Area machine_area(const HwConfig& c, const EnergyTable& t) {
  Area area;
  const double pes = static_cast<double>(c.array_rows) * c.array_cols;
  const double a = c.mac_ifmap_bits;
  const double w = c.mac_weight_bits;
  const double pe = t.area_pe_product * a * w + t.area_pe_sum * (a + w) + t.area_pe_base;
  area.array_um2 = pes * (pe + kOperandRegisters * kOperandBits * t.area_flop_bit);

  // 64-bit adders and shifters are two of 32 bits; bias and zero point are one 32-bit adder each.
  const double requantizer =
      t.area_multiply32 + (2 + 2) * t.area_add32 + 2 * t.area_shift32 + 2 * t.area_compare32;
  // MUL's multiplier of two operands with their guard bits.
  const double product = t.area_pe_product * kOperandBits * kOperandBits +
                         t.area_pe_sum * 2 * kOperandBits + t.area_pe_base;
  const double barrel_shifter = t.area_add32 + t.area_shift32;
  area.post_um2 = c.post_lanes * (requantizer + barrel_shifter + product);

  const double queue_bits = static_cast<double>(kEngines) * c.queue_depth * kInstructionBytes * 8;
  area.registers_um2 = queue_bits * t.area_flop_bit;

  // Each lane has the low bytes of the tables' entries once more.
  const double single_port_kib = c.act_mem_kib + c.weight_mem_kib + c.program_mem_kib +
                                 kParamRecords * kParamRecordBytes / 1024.0 +
                                 kLutTables * kLutEntries * (4 + c.post_lanes) / 1024.0;
  const double acc_bits =
      static_cast<double>(c.acc_mem_entries) * c.acc_mem_buffers * c.array_cols * c.mac_acc_bits;
  area.sram_kib = single_port_kib + acc_bits / kBitsPerKib;
  area.sram_um2 = t.area_sram_bit * (single_port_kib * kBitsPerKib +
                                     acc_bits * (1 + t.area_sram_port * kAccPortsBeyondOne));
  return area;
}

double logic_leakage_uw(const Area& area, const EnergyTable& t) {
  return t.logic_leakage * area.logic_um2() / t.area_gate / 1000;
}

double sram_leakage_uw(const Area& area, const EnergyTable& t) {
  return t.sram_leakage * area.sram_kib;
}

}  // namespace vernier
