// Verilated arithmetic units as a plug-in: found in a cache or built from rtl/, opened, and driven
// beside the cycle model through the seam of hw_models/cycle/units.h.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hw_models/cycle/units.h"
#include "hw_models/spec/hw_config.h"

namespace vernier {

struct UnitsOptions {
  // "MODULE=FILE.sv": FILE takes the place of rtl/MODULE.sv; it has a module of the same name and
  // ports. Modules: vernier_mac_array, vernier_requantizer, vernier_barrel_shifter.
  std::vector<std::string> with;
  // Where libraries are kept. Empty: $VERNIER_CACHE, else rtl_cache beside the executable, else
  // ~/.cache/vernier; the first that can be written.
  std::string cache_dir;
  bool quiet = false;  // no progress, even on a terminal
};

// A library that is there, verified to be of these sources, this geometry and this build.
struct UnitsLibraryFile {
  std::string path;
  std::string identity;  // SHA-256 of RTL, adapter, geometry, tools and processor, hex
  bool built = false;    // by this call
};

// Finds the library of a machine's geometry (array.rows, array.cols, mac.acc_bits, post.lanes) in
// the cache, or builds it there: once, whoever else asks at the same time. A library in the cache
// that is damaged or of another build is said on stderr and built anew. Throws Error: RtlWith,
// RtlSources, RtlTool, PluginBuild (with the end of the log), FileOpen, FileWrite.
UnitsLibraryFile build_units(const HwConfig& config, const UnitsOptions& options);

// build_units, then the units themselves, out of reset. What they refuse by an assertion comes as a
// mismatch whose stage is "assertion: <its sentence>".
std::unique_ptr<Units> open_units(const HwConfig& config, const UnitsOptions& options);

}  // namespace vernier
