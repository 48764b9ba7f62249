// vernier explain and vernier config: what keys mean and how machines differ.
#include <CLI/CLI.hpp>
#include <memory>

#include "hw_models/spec/hw_config_io.h"
#include "sim/commands/command_line.h"
#include "sim/explain.h"

namespace vernier {

void add_config_verbs(CLI::App& app, Action* action) {
  struct Arguments {
    std::string key, a, b;
  };
  auto a = std::make_shared<Arguments>();
  auto* cmd = app.add_subcommand("explain", "what a configuration key or an error ID means");
  cmd->add_option("KEY", a->key, "array.rows, E-CFG-005, ...")->required();
  cmd->callback([=] {
    *action = [=] {
      print(explain(a->key));
      return 0;
    };
  });
  auto* config = app.add_subcommand("config", "machine configurations");
  config->require_subcommand(1);
  auto* table = config->add_subcommand("table", "the keys as the table of docs/configuration.md");
  table->callback([=] {
    *action = [] {
      print(config_markdown());
      return 0;
    };
  });
  auto* diff = config->add_subcommand("diff", "the keys in which two machines differ");
  diff->add_option("A", a->a, "a shipped name or a YAML file")->required();
  diff->add_option("B", a->b, "a shipped name or a YAML file")->required();
  diff->callback([=] {
    *action = [=] {
      print(config_diff(find_config(a->a), find_config(a->b)));
      return 0;
    };
  });
}

}  // namespace vernier
