#include "sim/rtl_build.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "sim/child_process.h"

namespace vernier {
namespace {

namespace fs = std::filesystem;

// A class name per module, in the order of unit_modules(); the adapter includes them.
const char* const kClasses[] = {"VArray", "VRequantizer", "VShifter"};

// "vernier: building the Verilated units 16x16 ... 3/10", over itself, from the second second on.
class Progress {
 public:
  Progress(const HwConfig& config, int steps, bool quiet)
      : text_(fmt::format("vernier: building the Verilated units {}x{}, {}-bit accumulators, "
                          "{} lanes",
                          config.array_rows, config.array_cols, config.mac_acc_bits,
                          config.post_lanes)),
        steps_(steps),
        shown_(quiet || isatty(STDERR_FILENO) == 0 ? kNever : kNotYet) {}
  ~Progress() {
    if (shown_ >= 0) std::fputs("\r\x1b[K", stderr);
  }
  void at(int step) {
    using std::chrono::steady_clock;
    if (shown_ == kNever || step == shown_) return;
    if (shown_ == kNotYet && steady_clock::now() - start_ < std::chrono::seconds(1)) return;
    shown_ = step;
    std::fprintf(stderr, "\r%s ... %d/%d", text_.c_str(), step, steps_);
    std::fflush(stderr);
  }

 private:
  static constexpr int kNever = -2, kNotYet = -1;
  std::string text_;
  int steps_;
  int shown_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The first lines of a log that tell an error, else its last ones, in one line.
std::string essence(const std::string& log) {
  constexpr std::size_t kMost = 3;
  std::vector<std::string> lines, errors;
  std::size_t at = 0;
  while (at < log.size()) {
    const std::size_t end = std::min(log.find('\n', at), log.size());
    if (end > at) lines.push_back(log.substr(at, end - at));
    at = end + 1;
  }
  for (const auto& line : lines) {
    const bool tells = line.find("rror") != std::string::npos;
    if (tells && line.find("Exiting due to") == std::string::npos) errors.push_back(line);
  }
  auto& chosen = errors.empty() ? lines : errors;
  if (errors.empty() && lines.size() > kMost) {
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kMost));
  }
  if (chosen.size() > kMost) chosen.resize(kMost);
  std::string text;
  for (const auto& line : chosen) text += (text.empty() ? "" : " | ") + escaped(line);
  return text.empty() ? "it printed nothing" : text;
}

std::vector<Job> verilate_jobs(const UnitsBuild& b) {
  std::vector<Job> jobs;
  const auto job = [&](std::size_t i, const std::vector<std::string>& parameters) {
    Job j{{b.tools.verilator, "--cc", "-O3", "--x-assign", "fast", "--x-initial", "fast",
           "--assert", "-Wno-fatal", "--prefix", kClasses[i], "--top-module", unit_modules()[i],
           "-Mdir", ".", "-I" + b.sources.root + "/rtl", b.sources.waivers},
          b.folder + "/verilate_" + unit_modules()[i] + ".log"};
    j.argv.insert(j.argv.end(), parameters.begin(), parameters.end());
    j.argv.push_back(b.sources.package);
    j.argv.push_back(b.sources.modules[i]);
    jobs.push_back(std::move(j));
  };
  const std::string lanes = fmt::format("-GLanes={}", b.config.post_lanes);
  job(0,
      {fmt::format("-GRows={}", b.config.array_rows), fmt::format("-GCols={}", b.config.array_cols),
       fmt::format("-GAccBits={}", b.config.mac_acc_bits)});
  job(1, {lanes});
  job(2, {lanes});
  return jobs;
}

// One file per class that includes all that Verilator wrote for it: a few large compilations beat
// many small ones.
void write_unity_files(const std::string& folder) {
  for (const std::string name : kClasses) {
    std::vector<std::string> parts;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string file = entry.path().filename().string();
      if (file.rfind(name, 0) == 0 && entry.path().extension() == ".cpp") parts.push_back(file);
    }
    std::sort(parts.begin(), parts.end());
    std::ofstream out(folder + "/all_" + name + ".cc");
    for (const auto& part : parts) out << "#include \"" << part << "\"\n";
  }
}

// Where Verilator keeps its run-time sources: the makefile that it writes names it.
std::string verilator_include(const std::string& folder) {
  const std::string make = text_of(folder + "/" + kClasses[0] + ".mk");
  const std::string key = "VERILATOR_ROOT = ";
  const std::size_t at = make.find(key);
  check(at != std::string::npos, "Verilator's makefile names VERILATOR_ROOT");
  const std::size_t from = at + key.size();
  return make.substr(from, make.find('\n', from) - from) + "/include";
}

std::vector<Job> compile_jobs(const UnitsBuild& b, std::vector<std::string>* objects) {
  const std::string include = verilator_include(b.folder);
  std::vector<std::string> common;
  if (!b.tools.ccache.empty()) common.push_back(b.tools.ccache);
  for (const std::string word : {b.tools.compiler.c_str(), "-std=c++17", "-O3", "-march=native",
                                 "-fPIC", "-fvisibility=hidden", "-w", "-I."}) {
    common.push_back(word);
  }
  // One library must not share its statics with another in the same process.
  if (b.tools.compiler.find("clang") == std::string::npos) common.push_back("-fno-gnu-unique");
  common.insert(common.end(),
                {"-isystem", include, "-isystem", include + "/vltstd", "-I" + b.sources.root,
                 "-include", b.sources.root + "/sim/verilated/capture.h",
                 // For ccache: -march=native means another thing elsewhere.
                 "-DVERNIER_PROCESSOR=0x" + b.tools.processor});
  std::vector<Job> jobs;
  const auto job = [&](const std::string& source, const std::vector<std::string>& more) {
    const std::string object = fs::path(source).stem().string() + ".o";
    Job j{common, b.folder + "/compile_" + object + ".log"};
    j.argv.insert(j.argv.end(), more.begin(), more.end());
    j.argv.insert(j.argv.end(), {"-c", source, "-o", object});
    jobs.push_back(std::move(j));
    objects->push_back(object);
  };
  job(include + "/verilated.cpp", {});
  for (const std::string name : kClasses) job("all_" + name + ".cc", {});
  job(include + "/verilated_threads.cpp", {});
  job(b.sources.adapter, {fmt::format("-DVERNIER_ROWS={}", b.config.array_rows),
                          fmt::format("-DVERNIER_COLS={}", b.config.array_cols),
                          fmt::format("-DVERNIER_ACC_BITS={}", b.config.mac_acc_bits),
                          fmt::format("-DVERNIER_LANES={}", b.config.post_lanes),
                          fmt::format("-DVERNIER_IDENTITY=\"{}\"", b.identity)});
  return jobs;
}

void run(const UnitsBuild& b, const std::vector<Job>& jobs, int before, Progress* progress) {
  const int at_once = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const int failed =
      run_jobs(jobs, b.folder, at_once, [&](int done) { progress->at(before + done); });
  if (failed < 0) return;
  const std::string log = text_of(jobs[static_cast<std::size_t>(failed)].log);
  write_file_atomically(b.log, std::string_view(log));
  throw Error(ErrorId::PluginBuild, b.log, essence(log));
}

void remove_folder(const std::string& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

}  // namespace

std::vector<std::uint8_t> build_units_library(const UnitsBuild& b) {
  struct Scratch {
    explicit Scratch(const std::string& f) : folder(f) {
      remove_folder(folder);
      std::error_code failed;
      fs::create_directories(folder, failed);
      if (failed) throw Error(ErrorId::FileWrite, folder, failed.message());
    }
    ~Scratch() { remove_folder(folder); }
    std::string folder;
  } scratch(b.folder);

  const auto verilate = verilate_jobs(b);
  const int verilated = static_cast<int>(verilate.size());
  Progress progress(b.config, verilated + 7, b.quiet);
  run(b, verilate, 0, &progress);
  write_unity_files(b.folder);
  std::vector<std::string> objects;
  const auto compile = compile_jobs(b, &objects);
  run(b, compile, verilated, &progress);
  Job link{{b.tools.compiler, "-shared", "-o", "units.so", "-Wl,-Bsymbolic"},
           b.folder + "/link.log"};
  link.argv.insert(link.argv.end(), objects.begin(), objects.end());
  link.argv.insert(link.argv.end(), {"-pthread", "-latomic"});
  run(b, {link}, verilated + static_cast<int>(compile.size()), &progress);
  constexpr std::uint64_t kLibraryLimit = std::uint64_t{1} << 30;
  return read_file(b.folder + "/units.so", kLibraryLimit);
}

}  // namespace vernier
