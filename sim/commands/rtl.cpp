#include "sim/commands/rtl.h"

#include <fmt/format.h>

#include "hw_models/spec/error.h"
#include "sim/commands/command_line.h"
#include "sim/rtl_plugin.h"

namespace vernier {

int run_rtl_build(const std::string& config_path_or_empty, const HwConfig& config,
                  const std::vector<std::string>& with) {
  UnitsOptions options;
  options.with = with;
  const UnitsLibraryFile file = build_units(config, options);
  open_units(config, options);  // they accept their parameters and leave reset
  print(
      fmt::format("{}: units {}x{}, {}-bit accumulators, {} lanes\n"
                  "library  {}\nidentity {}\n{}\n",
                  config_path_or_empty.empty() ? config.name : escaped(config_path_or_empty),
                  config.array_rows, config.array_cols, config.mac_acc_bits, config.post_lanes,
                  file.path, file.identity, file.built ? "built now" : "was in the cache"));
  return kExitOk;
}

}  // namespace vernier
