// The command line of vernier bench.
#include <CLI/CLI.hpp>
#include <memory>

#include "hw_models/spec/hw_config_io.h"
#include "sim/commands/bench.h"
#include "sim/commands/command_line.h"
#include "sim/profile_option.h"

namespace vernier {

void add_bench(CLI::App& app, Action* action) {
  struct Arguments {
    std::string model, config = "base16";
    std::vector<std::string> profiles;
    bool golden = false;
  };
  auto a = std::make_shared<Arguments>();
  auto* cmd = app.add_subcommand("bench", "CPU time of every step, side by side");
  cmd->add_option("MODEL", a->model, "a .tflite file; without it the built-in network");
  cmd->add_option("--config", a->config, "machine: a shipped name or a YAML file")
      ->capture_default_str();
  add_profile_option(*cmd, &a->profiles);
  cmd->add_flag("--golden", a->golden, "golden alone, with each of its kernels");
  cmd->callback([=] {
    *action = [=] {
      const std::string model = a->model.empty() ? builtin_model() : a->model;
      if (a->golden) return run_golden_bench(model, a->profiles);
      return run_bench(model, find_config(a->config), a->profiles);
    };
  });
}

}  // namespace vernier
