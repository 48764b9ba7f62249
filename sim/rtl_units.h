// Drives the Verilated units of one library and compares each result in the cycle in which it must
// appear: the implementation of Units for a library that is open.
#pragma once

#include <memory>

#include "hw_models/cycle/units.h"
#include "sim/verilated/units_abi.h"

namespace vernier {

// Units out of reset. Throws Error(PluginMismatch) if they refuse their parameters.
std::unique_ptr<Units> make_verilated_units(const VernierUnitsApi* api);

}  // namespace vernier
