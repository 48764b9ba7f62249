#include "sim/commands/command_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "hw_models/spec/error.h"
#include "hw_models/spec/shipped_files.h"

namespace vernier {
namespace fs = std::filesystem;

namespace {

// Whether two paths are one file, there or not.
bool same_file(const std::string& a, const std::string& b) {
  std::error_code ec;
  if (fs::equivalent(a, b, ec) && !ec) return true;
  return fs::weakly_canonical(a, ec) == fs::weakly_canonical(b, ec);
}

void check_folder(const std::string& path) {
  std::error_code ec;
  if (fs::is_directory(path, ec)) {
    throw Error(ErrorId::FileWrite, path, "is a directory, must be a file's path");
  }
  fs::path folder = fs::path(path).parent_path();
  if (folder.empty()) folder = ".";
  if (!fs::is_directory(folder, ec)) {
    throw Error(ErrorId::FileWrite, path,
                fmt::format("folder '{}' is not there", escaped(folder.string())));
  }
  if (::access(folder.c_str(), W_OK) != 0) {
    throw Error(ErrorId::FileWrite, path,
                fmt::format("folder '{}': {}", escaped(folder.string()), std::strerror(errno)));
  }
}

}  // namespace

void check_outputs(const std::vector<std::string>& inputs,
                   const std::vector<std::string>& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].empty()) continue;
    for (const auto& in : inputs) {
      if (!in.empty() && same_file(in, outputs[i])) {
        throw Error(ErrorId::SamePath, outputs[i],
                    fmt::format("is also the input '{}'", escaped(in)));
      }
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (!outputs[j].empty() && same_file(outputs[j], outputs[i])) {
        throw Error(ErrorId::SamePath, outputs[i], "is the path of two outputs");
      }
    }
    check_folder(outputs[i]);
  }
}

std::string builtin_model() { return configs_dir() + "/models/builtin.tflite"; }
std::string builtin_input() { return configs_dir() + "/models/builtin_input.npy"; }

void print(const std::string& text) {
  const bool ok =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!ok) throw Error(ErrorId::FileWrite, "stdout", std::strerror(errno));
}

}  // namespace vernier
