// A shared library of Verilated units: sealed when it is written, verified before it is opened.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/spec/hw_config.h"
#include "sim/verilated/units_abi.h"

namespace vernier {

// Publishes a library under `path`, followed by a seal: the SHA-256 of its bytes. The loader
// ignores what follows the last ELF section.
void save_units_library(const std::string& path, std::vector<std::uint8_t> bytes);

// Opens a library and hands out its functions, which stay until the process ends. Throws
// Error(PluginMismatch) naming what was found and wanted if the seal is broken, or ABI, identity or
// geometry are not the wanted ones; Error(FileOpen) if it cannot be read. Nothing of a library with
// a broken seal is executed.
const VernierUnitsApi* open_units_library(const std::string& path, const std::string& identity,
                                          const HwConfig& config);

}  // namespace vernier
