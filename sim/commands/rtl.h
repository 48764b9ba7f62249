// vernier rtl build: the Verilated library of a machine, ahead of the first run that needs it.
#pragma once

#include <string>
#include <vector>

#include "hw_models/spec/hw_config.h"

namespace vernier {

// Builds the library unless it is in the cache, opens it, takes the units through reset, and prints
// its path and identity to stdout. `config_path_or_empty` is only printed. `with` as in
// UnitsOptions. Returns kExitOk; throws what open_units throws.
int run_rtl_build(const std::string& config_path_or_empty, const HwConfig& config,
                  const std::vector<std::string>& with);

}  // namespace vernier
