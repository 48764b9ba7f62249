// The RTL of the arithmetic units as files, and what makes a library of them unique.
#pragma once

#include <string>
#include <vector>

#include "hw_models/spec/hw_config.h"

namespace vernier {

// The modules that a library holds; each is rtl/<module>.sv.
const std::vector<std::string>& unit_modules();

struct UnitsSources {
  std::string root;                  // of the source tree: rtl/ and sim/verilated/ are below it
  std::string package;               // rtl/vernier_pkg.sv
  std::vector<std::string> modules;  // in the order of unit_modules(), --with applied
  std::string waivers;               // rtl/waivers.vlt
  std::string adapter;               // sim/verilated/units_adapter.cpp
};

// Finds the source tree from the executable upward, else where the program was compiled, and
// applies "MODULE=FILE" replacements. Throws Error: RtlSources (none found), RtlWith (no such
// module, given twice, not of that form), FileOpen (the file).
UnitsSources find_units_sources(const std::vector<std::string>& with);

// The programs a library is built with.
struct UnitsTools {
  std::string verilator;
  std::string compiler;  // clang++-16 when it is there, its code is 1.5 to 3 times faster; else g++
  std::string ccache;    // empty when there is none, or no home for it
  std::string processor;  // digest of the processor's model and flags: the code is for this one
};

// Looks in PATH. Throws Error(RtlTool) naming what is missing.
UnitsTools find_units_tools();

// SHA-256, hex, of everything that a library depends on: the bytes of all files, the geometry, the
// tools' paths, sizes and times, the processor, the ABI's version. Throws Error(FileOpen).
std::string units_identity(const UnitsSources& sources, const UnitsTools& tools,
                           const HwConfig& config);

}  // namespace vernier
