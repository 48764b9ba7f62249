// vernier compile: a network to a program file.
#include "compiler/compile.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "compiler/import/tflite.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/hw_config_io.h"
#include "sim/commands/command_line.h"
#include "sim/commands/disasm.h"
#include "sim/profile_option.h"

namespace vernier {
namespace {

struct CompileArguments {
  std::string model, config = "base16", output, disasm;
  std::vector<std::string> profiles;
};

int run_compile(const CompileArguments& a) {
  check_outputs({a.model, config_path(a.config)}, {a.output, a.disasm});
  parse_profiles(a.profiles, kProfileOption);
  Graph graph = import_tflite_file(a.model);
  const HwConfig config = find_config(a.config);
  choose_profiles(&graph, config, a.profiles);
  const Program program = compiler::compile(graph, config);
  if (!a.disasm.empty()) write_file_atomically(a.disasm, listing_text(program, a.model));
  save_program(program, a.output);
  print(fmt::format("{}: {} instructions, {} pages, {} bytes of constants\n", escaped(a.output),
                    program.words.size(), program.page_begin.size(), program.image.size()));
  return 0;
}

}  // namespace

void add_compile(CLI::App& app, Action* action) {
  auto* cmd = app.add_subcommand("compile", "compile a network to a program file");
  auto a = std::make_shared<CompileArguments>();
  cmd->add_option("MODEL", a->model, "a .tflite file")->required();
  cmd->add_option("--config", a->config, "machine: a shipped name or a YAML file")
      ->capture_default_str();
  cmd->add_option("-o", a->output, "program file")->required();
  cmd->add_option("--disasm", a->disasm, "disassembly as text");
  add_profile_option(*cmd, &a->profiles);
  cmd->callback([=] { *action = [=] { return run_compile(*a); }; });
}

}  // namespace vernier
