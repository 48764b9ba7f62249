#include "sim/rtl_plugin.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "hw_models/spec/error.h"
#include "sim/rtl_build.h"
#include "sim/rtl_library.h"
#include "sim/rtl_sources.h"
#include "sim/rtl_units.h"

namespace vernier {
namespace {

namespace fs = std::filesystem;

// Makes a folder if need be; whether files can be made in it.
bool usable(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  return !failed && access(folder.c_str(), W_OK | X_OK) == 0;
}

std::string cache_folder(const UnitsOptions& options) {
  std::vector<fs::path> candidates;
  const char* const named = std::getenv("VERNIER_CACHE");
  if (!options.cache_dir.empty()) {
    candidates.emplace_back(options.cache_dir);
  } else if (named != nullptr && *named != '\0') {
    candidates.emplace_back(named);
  } else {
    std::error_code failed;
    const fs::path executable = fs::read_symlink("/proc/self/exe", failed);
    if (!failed) candidates.push_back(executable.parent_path() / "rtl_cache");
    const char* const home = std::getenv("HOME");
    if (home != nullptr) candidates.push_back(fs::path(home) / ".cache" / "vernier");
  }
  for (const auto& folder : candidates) {
    if (usable(folder)) return fs::absolute(folder).string();
  }
  throw Error(ErrorId::FileWrite, candidates.empty() ? "rtl_cache" : candidates.back().string(),
              "no folder for Verilated libraries can be written",
              "name one in the environment variable VERNIER_CACHE");
}

// An exclusive lock on a file until the end of the block; the kernel drops it if we die.
class Lock {
 public:
  explicit Lock(const std::string& path)
      : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (file_ < 0) throw Error(ErrorId::FileWrite, path, std::strerror(errno));
    while (flock(file_, LOCK_EX) != 0) {
      if (errno == EINTR) continue;
      const int why = errno;
      ::close(file_);
      throw Error(ErrorId::FileWrite, path, std::string("cannot be locked: ") + strerror(why));
    }
  }
  ~Lock() { ::close(file_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int file_;
};

struct Opened {
  UnitsLibraryFile file;
  const VernierUnitsApi* api = nullptr;
};

// The library in the cache, or null if there is none that is whole and of this identity. `why`
// tells what was wrong with one that was there.
const VernierUnitsApi* cached(const UnitsLibraryFile& file, const HwConfig& config,
                              std::string* why) {
  if (access(file.path.c_str(), F_OK) != 0) return nullptr;
  try {
    return open_units_library(file.path, file.identity, config);
  } catch (const Error& e) {
    if (e.id() != ErrorId::PluginMismatch) throw;
    *why = e.what();
    return nullptr;
  }
}

Opened find_or_build(const HwConfig& config, const UnitsOptions& options) {
  const UnitsSources sources = find_units_sources(options.with);
  const UnitsTools tools = find_units_tools();
  const std::string folder = cache_folder(options);
  Opened o;
  o.file.identity = units_identity(sources, tools, config);
  const std::string stem = folder + "/units-" + o.file.identity.substr(0, 32);
  o.file.path = stem + ".so";

  std::string why;
  o.api = cached(o.file, config, &why);
  if (o.api != nullptr) return o;

  const Lock lock(stem + ".lock");
  why.clear();
  o.api = cached(o.file, config, &why);  // another process may just have built it
  if (o.api != nullptr) return o;
  if (!why.empty())
    std::fprintf(stderr, "vernier: rebuilding a Verilated library: %s\n", why.c_str());
  save_units_library(o.file.path,
                     build_units_library({sources, tools, config, o.file.identity, stem + ".build",
                                          stem + ".log", options.quiet}));
  o.file.built = true;
  o.api = open_units_library(o.file.path, o.file.identity, config);
  return o;
}

}  // namespace

UnitsLibraryFile build_units(const HwConfig& config, const UnitsOptions& options) {
  return find_or_build(config, options).file;
}

std::unique_ptr<Units> open_units(const HwConfig& config, const UnitsOptions& options) {
  return make_verilated_units(find_or_build(config, options).api);
}

}  // namespace vernier
