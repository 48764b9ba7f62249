// The command line of vernier sweep.
#include <CLI/CLI.hpp>
#include <memory>

#include "sim/commands/command_line.h"
#include "sim/commands/sweep.h"
#include "sim/profile_option.h"

namespace vernier {

void add_sweep(CLI::App& app, const CommonOptions& common, Action* action) {
  struct Arguments {
    std::string spec, out, shard;
    int jobs = 1;
    std::vector<std::string> profiles;
  };
  auto a = std::make_shared<Arguments>();
  auto* cmd = app.add_subcommand("sweep", "a grid of machines and networks into CSV files");
  cmd->add_option("SWEEP", a->spec, "a sweep file (YAML)")->required();
  cmd->add_option("-o", a->out, "folder for points.csv and layers.csv")->required();
  cmd->add_option("-j", a->jobs, "worker processes")
      ->check(whole_number(1, 256))
      ->capture_default_str();
  cmd->add_option("--shard", a->shard, "i/n: every n-th point from the i-th on");
  add_profile_option(*cmd, &a->profiles);
  cmd->callback([=, &common] {
    *action = [=, &common] {
      return run_sweep(a->spec, a->out, a->jobs, a->shard, a->profiles, common.quiet);
    };
  });
}

}  // namespace vernier
