#include "hw_models/spec/shipped_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace vernier {
namespace {

namespace fs = std::filesystem;

bool is_configs(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder / "hw", ignored);
}

std::string find_configs() {
  std::error_code failed;
  const fs::path executable = fs::read_symlink("/proc/self/exe", failed);
  if (!failed) {
    constexpr int kLevels = 4;  // build/tests/bin/x and the like
    fs::path folder = executable.parent_path();
    for (int level = 0; level < kLevels && folder.has_relative_path(); ++level) {
      if (is_configs(folder / "configs")) return (folder / "configs").string();
      folder = folder.parent_path();
    }
  }
  const fs::path source_tree = fs::path(__FILE__).parent_path().parent_path().parent_path();
  if (is_configs(source_tree / "configs")) return (source_tree / "configs").string();
  return "configs";
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

const std::string& configs_dir() {
  static const std::string dir = find_configs();
  return dir;
}

std::string shipped_path(const std::string& folder, const std::string& name) {
  return configs_dir() + "/" + folder + "/" + name + ".yaml";
}

std::vector<std::string> shipped_names(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(configs_dir() + "/" + folder, ignored)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool is_yaml_path(const std::string& name_or_path) {
  return name_or_path.find('/') != std::string::npos || ends_with(name_or_path, ".yaml") ||
         ends_with(name_or_path, ".yml");
}

}  // namespace vernier
