// What the verbs of the command line share.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace vernier {

// Options of every verb that runs something.
struct CommonOptions {
  bool quiet = false;
  bool json = false;
  std::string command;  // the whole command line, for the repro line
};

// Each verb adds its subcommand to the application; its callback sets *action, whose result is the
// exit code.
using Action = std::function<int()>;
void add_run(CLI::App& app, const CommonOptions& common, Action* action);
void add_compile(CLI::App& app, Action* action);
void add_program_verbs(CLI::App& app, Action* action);  // disasm, check
void add_rtl(CLI::App& app, Action* action);
void add_sweep(CLI::App& app, const CommonOptions& common, Action* action);
void add_config_verbs(CLI::App& app, Action* action);  // explain, config
void add_trace(CLI::App& app, Action* action);
void add_bench(CLI::App& app, Action* action);

// An output path must not be an input (also through a link) nor another output, its folder must be
// there and writable, and it must not be a directory. Throws Error(SamePath, FileWrite) before
// anything is computed. Empty paths are skipped.
void check_outputs(const std::vector<std::string>& inputs, const std::vector<std::string>& outputs);

// As check_outputs for a folder that takes dump_tensors' files: it is there and writable, or its
// parent is; no file among `others` is one that the dump would replace. Throws Error(SamePath,
// FileWrite). An empty path is skipped.
void check_dump_folder(const std::string& folder, const std::vector<std::string>& others);

// Accepts plain decimal digits from `least` to `most`; no sign, blank, octal or hexadecimal.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);

// The shipped built-in model and its labelled sample inputs.
std::string builtin_model();
std::string builtin_input();

// Text to stdout; Error(FileWrite) when it cannot be written (closed pipe, full disk).
void print(const std::string& text);

}  // namespace vernier
