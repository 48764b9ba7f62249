// Verilates and compiles the arithmetic units into one shared library.
#pragma once

#include <string>

#include "hw_models/spec/hw_config.h"
#include "sim/rtl_sources.h"

namespace vernier {

struct UnitsBuild {
  const UnitsSources& sources;
  const UnitsTools& tools;
  const HwConfig& config;
  std::string identity;  // compiled in
  std::string folder;    // scratch; emptied before, removed after
  std::string log;       // where the output of a step that fails is kept
  bool quiet = false;    // no progress line
};

// The library's bytes. Progress goes to stderr when it is a terminal and the build takes more than
// a second. Throws Error: PluginBuild naming the log and quoting its end, FileWrite, RtlTool.
std::vector<std::uint8_t> build_units_library(const UnitsBuild& build);

}  // namespace vernier
