#include "sim/rtl_sources.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/sha256.h"
#include "hw_models/spec/suggest.h"
#include "sim/verilated/units_abi.h"

namespace vernier {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSourceLimit = std::uint64_t{1} << 24;

bool is_source_tree(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "rtl" / "vernier_pkg.sv", ignored) &&
         fs::exists(folder / "sim" / "verilated" / "units_adapter.cpp", ignored);
}

fs::path find_source_tree() {
  std::error_code failed;
  fs::path folder = fs::read_symlink("/proc/self/exe", failed).parent_path();
  constexpr int kLevels = 4;  // build/tests/bin/x and the like
  for (int level = 0; !failed && level < kLevels && folder.has_relative_path(); ++level) {
    if (is_source_tree(folder)) return folder;
    folder = folder.parent_path();
  }
  const fs::path compiled = fs::path(__FILE__).parent_path().parent_path();
  if (is_source_tree(compiled)) return compiled;
  throw Error(
      ErrorId::RtlSources, "rtl/vernier_pkg.sv",
      fmt::format("not found above the executable and not in {}", escaped(compiled.string())));
}

// The path of a program in PATH, or "".
std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string folders = path == nullptr ? "/usr/bin:/bin" : path;
  while (!folders.empty()) {
    const std::size_t colon = folders.find(':');
    const std::string candidate = folders.substr(0, colon) + "/" + name;
    if (candidate[0] == '/' && access(candidate.c_str(), X_OK) == 0) return candidate;
    folders = colon == std::string::npos ? "" : folders.substr(colon + 1);
  }
  return "";
}

// Model and flags of the first processor. The library is compiled for it, so a cache that moves to
// another machine must not be taken.
std::string processor_digest() {
  std::ifstream file("/proc/cpuinfo");
  std::string text, line;
  while (std::getline(file, line) && !line.empty()) {
    if (line.rfind("model name", 0) == 0 || line.rfind("flags", 0) == 0) text += line;
  }
  return sha256_hex(text.data(), text.size()).substr(0, 16);
}

// Path, size and time of a program: changes when another version is installed.
std::string stamp(const std::string& program) {
  std::error_code ignored;
  const fs::path real = fs::canonical(program, ignored);
  return fmt::format("{} {} {}", real.string(), fs::file_size(real, ignored),
                     fs::last_write_time(real, ignored).time_since_epoch().count());
}

std::string file_digest(const std::string& path) {
  const auto bytes = read_file(path, kSourceLimit);
  return sha256_hex(bytes.data(), bytes.size());
}

void apply_with(const std::string& option, UnitsSources* sources, std::vector<bool>* replaced) {
  const std::size_t equals = option.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == option.size()) {
    throw Error(ErrorId::RtlWith, "--with", escaped(option) + ", must be MODULE=FILE.sv");
  }
  const std::string module = option.substr(0, equals);
  for (std::size_t i = 0; i < unit_modules().size(); ++i) {
    if (unit_modules()[i] != module) continue;
    if ((*replaced)[i]) throw Error(ErrorId::RtlWith, "--with", module + " is given twice");
    (*replaced)[i] = true;
    const std::string file = option.substr(equals + 1);
    read_file(file, kSourceLimit);  // refused here, by name, rather than by Verilator
    sources->modules[i] = fs::absolute(file).string();
    return;
  }
  throw Error(ErrorId::RtlWith, "--with",
              fmt::format("module {} is not one of {}; {}", escaped(module),
                          fmt::join(unit_modules(), ", "),
                          suggestion(escaped(module), unit_modules(), "module")));
}

}  // namespace

const std::vector<std::string>& unit_modules() {
  static const std::vector<std::string> modules = {"vernier_mac_array", "vernier_requantizer",
                                                   "vernier_barrel_shifter"};
  return modules;
}

UnitsSources find_units_sources(const std::vector<std::string>& with) {
  static const fs::path root = find_source_tree();
  const auto rtl = [](const std::string& name) { return (root / "rtl" / name).string(); };
  UnitsSources sources;
  sources.root = root.string();
  sources.package = rtl("vernier_pkg.sv");
  sources.waivers = rtl("waivers.vlt");
  sources.adapter = (root / "sim" / "verilated" / "units_adapter.cpp").string();
  for (const auto& module : unit_modules()) sources.modules.push_back(rtl(module + ".sv"));
  std::vector<bool> replaced(unit_modules().size());
  for (const auto& option : with) apply_with(option, &sources, &replaced);
  return sources;
}

UnitsTools find_units_tools() {
  UnitsTools tools;
  tools.verilator = find_program("verilator");
  if (tools.verilator.empty()) throw Error(ErrorId::RtlTool, "verilator", "not found in PATH");
  tools.compiler = find_program("clang++-16");
  if (tools.compiler.empty()) tools.compiler = find_program("g++");
  if (tools.compiler.empty()) {
    throw Error(ErrorId::RtlTool, "clang++-16 or g++", "not found in PATH");
  }
  if (std::getenv("HOME") != nullptr || std::getenv("CCACHE_DIR") != nullptr) {
    tools.ccache = find_program("ccache");
  }
  tools.processor = processor_digest();
  return tools;
}

std::string units_identity(const UnitsSources& sources, const UnitsTools& tools,
                           const HwConfig& config) {
  const std::string binary = find_program("verilator_bin");  // verilator itself is a script
  std::string text = fmt::format(
      "abi {}\nrows {} cols {} acc_bits {} lanes {}\nverilator {} {}\ncompiler {}\nprocessor {}\n",
      VERNIER_UNITS_ABI, config.array_rows, config.array_cols, config.mac_acc_bits,
      config.post_lanes, stamp(tools.verilator), binary.empty() ? "" : stamp(binary),
      stamp(tools.compiler), tools.processor);
  for (std::size_t i = 0; i < sources.modules.size(); ++i) {
    text += fmt::format("{} {}\n", unit_modules()[i], file_digest(sources.modules[i]));
  }
  const std::string verilated = sources.root + "/sim/verilated/";
  for (const auto& file :
       {sources.package, sources.root + "/rtl/vernier_assert.svh", sources.waivers, sources.adapter,
        verilated + "units_abi.h", verilated + "capture.h"}) {
    text += file_digest(file) + "\n";
  }
  return sha256_hex(text.data(), text.size());
}

}  // namespace vernier
