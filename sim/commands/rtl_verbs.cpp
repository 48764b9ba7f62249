// vernier rtl: the Verilated libraries.
#include <CLI/CLI.hpp>
#include <memory>

#include "hw_models/spec/hw_config_io.h"
#include "sim/commands/command_line.h"
#include "sim/commands/rtl.h"

namespace vernier {

void add_rtl(CLI::App& app, Action* action) {
  struct Arguments {
    std::string config = "base16";
    std::vector<std::string> with;
  };
  auto a = std::make_shared<Arguments>();
  auto* rtl = app.add_subcommand("rtl", "Verilated units");
  rtl->require_subcommand(1);
  auto* build = rtl->add_subcommand("build", "build the library of a machine ahead of a run");
  build->add_option("--config", a->config, "machine: a shipped name or a YAML file")
      ->capture_default_str();
  build->add_option("--with", a->with, "MODULE=FILE.sv: own RTL for a unit")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  build->callback(
      [=] { *action = [=] { return run_rtl_build(a->config, find_config(a->config), a->with); }; });
}

}  // namespace vernier
