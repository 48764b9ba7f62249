// The verbs on program files: vernier disasm and vernier check.
#include <CLI/CLI.hpp>
#include <memory>

#include "sim/commands/check.h"
#include "sim/commands/command_line.h"
#include "sim/commands/disasm.h"

namespace vernier {

void add_program_verbs(CLI::App& app, Action* action) {
  auto path = std::make_shared<std::string>();
  auto* disasm = app.add_subcommand("disasm", "print a program's instructions");
  disasm->add_option("PROGRAM", *path, "a file of vernier compile")->required();
  disasm->callback([=] { *action = [=] { return run_disasm(*path); }; });
  auto* check = app.add_subcommand("check", "check a program statically: fields, tokens, ports");
  check->add_option("PROGRAM", *path, "a file of vernier compile")->required();
  check->callback([=] { *action = [=] { return run_check(*path); }; });
}

}  // namespace vernier
