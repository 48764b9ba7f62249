#include "sim/commands/command_line.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <charconv>
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
  const auto whole = [&ec](const std::string& path) {
    return fs::weakly_canonical(fs::absolute(path, ec), ec);
  };
  return whole(a) == whole(b);
}

// That `folder`, which is to hold `path`, is there and files can be made in it.
void check_folder(const std::string& path, fs::path folder) {
  std::error_code ec;
  if (folder.empty()) folder = ".";
  if (!fs::is_directory(folder, ec)) {
    throw Error(ErrorId::FileWrite, path,
                fmt::format("folder '{}' is not there", escaped(folder.string())));
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    throw Error(ErrorId::FileWrite, path,
                fmt::format("folder '{}': {}", escaped(folder.string()), std::strerror(errno)));
  }
}

// That `path` is free or a regular file: nothing else is ever replaced.
void check_replaceable(const std::string& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    throw Error(ErrorId::FileWrite, path, std::strerror(errno));
  }
  if (S_ISREG(status.st_mode)) return;
  throw Error(ErrorId::FileWrite, path,
              S_ISDIR(status.st_mode)   ? "is a directory, must be a file's path"
              : S_ISLNK(status.st_mode) ? "is a symbolic link, only a regular file is replaced"
                                        : "is a device, FIFO or socket, must be a file's path");
}

// t<index>.npy and tensors.json
bool is_dump_name(const std::string& name) {
  if (name == "tensors.json") return true;
  if (name.size() < 6 || name[0] != 't' || name.substr(name.size() - 4) != ".npy") return false;
  return std::all_of(name.begin() + 1, name.end() - 4, [](char c) { return c >= '0' && c <= '9'; });
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
    check_folder(outputs[i], fs::path(outputs[i]).parent_path());
    check_replaceable(outputs[i]);
  }
}

void check_dump_folder(const std::string& folder, const std::vector<std::string>& others) {
  if (folder.empty()) return;
  std::error_code ec;
  fs::path path = fs::path(folder);
  if (!path.has_filename()) path = path.parent_path();  // "DIR/" is DIR
  const auto status = fs::symlink_status(path, ec);
  if (!fs::status_known(status)) throw Error(ErrorId::FileWrite, folder, ec.message());
  if (fs::exists(status) && !fs::is_directory(path, ec)) {
    throw Error(ErrorId::FileWrite, folder, "is not a directory, must be a folder's path");
  }
  check_folder(folder, fs::exists(status) ? path : path.parent_path());
  for (const auto& other : others) {
    const fs::path name = fs::path(other).filename();
    if (!other.empty() && is_dump_name(name.string()) && same_file(other, (path / name).string())) {
      throw Error(ErrorId::SamePath, folder,
                  fmt::format("its file '{}' is '{}'", escaped(name.string()), escaped(other)),
                  "give another folder");
    }
  }
}

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  const auto test = [=](std::string& text) -> std::string {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    const bool octal = text.size() > 1 && text[0] == '0';  // CLI11 would take 010 for 8
    if (read.ec == std::errc() && read.ptr == end && !octal && value >= least && value <= most) {
      return "";
    }
    return fmt::format("'{}', must be a whole number {}..{}", text, least, most);
  };
  return CLI::Validator(test, fmt::format("{}..{}", least, most));
}

std::string builtin_model() { return configs_dir() + "/models/builtin.tflite"; }
std::string builtin_input() { return configs_dir() + "/models/builtin_input.npy"; }

void print(const std::string& text) {
  const bool ok =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!ok) throw Error(ErrorId::FileWrite, "stdout", std::strerror(errno));
}

}  // namespace vernier
