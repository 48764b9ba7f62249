#include "sim/commands/sweep.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <system_error>

#include "hw_models/spec/error.h"
#include "sim/atomic_stream.h"
#include "sim/commands/command_line.h"
#include "sim/csv_quoted.h"
#include "sim/sweep_csv.h"
#include "sim/sweep_log.h"
#include "sim/sweep_points.h"
#include "sim/sweep_pool.h"
#include "sim/sweep_spec.h"
#include "sim/sweep_worker.h"

namespace vernier {
namespace {

namespace fs = std::filesystem;

constexpr int kJobsMost = 256;
constexpr int kShardsMost = 1000000;

volatile sig_atomic_t stop_signal = 0;
void note_signal(int signal) { stop_signal = signal; }

// SIGINT, SIGTERM and SIGHUP set stop_signal while this lives.
class SignalWatch {
 public:
  SignalWatch() {
    stop_signal = 0;
    struct sigaction note = {};
    note.sa_handler = note_signal;
    for (std::size_t i = 0; i < std::size(kSignals); ++i) ::sigaction(kSignals[i], &note, &old_[i]);
  }
  ~SignalWatch() {
    for (std::size_t i = 0; i < std::size(kSignals); ++i) {
      ::sigaction(kSignals[i], &old_[i], nullptr);
    }
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  static constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction old_[3] = {};
};

struct Shard {
  std::size_t i = 1, n = 1;  // points i - 1, i - 1 + n, ...
  bool whole = true;

  // "" or "1-of-4"
  std::string word() const { return whole ? "" : fmt::format("{}-of-{}", i, n); }
  std::string file(const std::string& folder, const char* name) const {
    return (fs::path(folder) / (name + (whole ? "" : "." + word()) + ".csv")).string();
  }
};

Shard parse_shard(const std::string& text) {
  Shard shard;
  if (text.empty()) return shard;
  shard.whole = false;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, shard.i);
  bool legal = first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
  if (legal) {
    const auto second = std::from_chars(first.ptr + 1, end, shard.n);
    legal = second.ec == std::errc() && second.ptr == end;
  }
  if (!legal || shard.n < 1 || shard.n > kShardsMost || shard.i < 1 || shard.i > shard.n) {
    throw Error(ErrorId::Usage, "--shard",
                fmt::format("'{}', must be i/n with 1 <= i <= n <= {}", escaped(text), kShardsMost),
                "give for example --shard 3/16");
  }
  return shard;
}

// On a terminal, from half a second on, at most ten times a second.
class ProgressBar {
 public:
  ProgressBar(bool shown, std::size_t of)
      : shown_(shown && ::isatty(STDERR_FILENO) != 0), of_(of) {}
  ~ProgressBar() {
    if (drawn_) std::fputs("\r\033[K", stderr);
  }
  void at(std::size_t done, std::size_t failed) {
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || now < next_) return;
    next_ = now + std::chrono::milliseconds(100);
    drawn_ = true;
    constexpr std::size_t kWidth = 40;
    const std::size_t filled = of_ == 0 ? kWidth : kWidth * done / of_;
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    fmt::print(stderr, "\r[{}{}] {}/{} points, {} failed, {:.0f} points/s\033[K",
               std::string(filled, '='), std::string(kWidth - filled, ' '), done, of_, failed,
               static_cast<double>(done) / seconds);
    std::fflush(stderr);
  }

 private:
  bool shown_, drawn_ = false;
  std::size_t of_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point next_ = begin_ + std::chrono::milliseconds(500);
};

class Sweep {
 public:
  Sweep(const std::string& file, const std::string& folder, const Shard& shard,
        const std::vector<std::string>& profiles)
      : spec_(load_sweep(file)), grid_(spec_), folder_(folder), shard_(shard) {
    prepare_folder();
    sources_ = load_sweep_sources(spec_, profiles);
  }

  int run(int jobs, bool quiet) {
    const SweepLock lock(folder_, shard_.word());
    SweepLog log(folder_, shard_.word());
    if (!quiet && log.dropped() > 0) {
      fmt::print(stderr, "{}: {} incomplete records dropped\n", escaped(folder_), log.dropped());
    }
    const SignalWatch watch;
    if (!compute(&log, jobs, quiet)) {
      fmt::print(stderr, "sweep stopped; the same command goes on from here\n");
      return 128 + stop_signal;
    }
    publish(log);
    if (!quiet) {
      print(fmt::format("{} points: {} ok, {} failed ({} computed now)\n{}\n{}\n", rows_,
                        rows_ - failed_, failed_, computed_,
                        escaped(shard_.file(folder_, "points")),
                        escaped(shard_.file(folder_, "layers"))));
    }
    return kExitOk;
  }

 private:
  void prepare_folder() {
    std::error_code failed;
    fs::create_directories(folder_, failed);
    if (failed || !fs::is_directory(folder_, failed)) {
      throw Error(ErrorId::FileWrite, folder_,
                  fmt::format("the output folder cannot be made: {}",
                              failed ? failed.message() : "something else has this name"));
    }
    std::vector<std::string> inputs = {spec_.file, spec_.base_path};
    for (const SweepModel& model : spec_.models) inputs.push_back(model.path);
    check_outputs(inputs, {shard_.file(folder_, "points"), shard_.file(folder_, "layers")});
  }

  // Whether a point's result comes from its inputs alone, without running anything.
  bool refused(const SweepPoint& point) const {
    return !point.refusal.empty() || !sources_.models[point.model].graph;
  }

  // False when a signal came.
  bool compute(SweepLog* log, int jobs, bool quiet) {
    PoolJob job;
    for (std::size_t i = shard_.i - 1; i < grid_.size(); i += shard_.n) {
      const SweepPoint point = grid_.point(i);
      if (!refused(point) && !log->has(point_key(point, sources_))) job.items.push_back(i);
    }
    ProgressBar bar(!quiet, job.items.size());
    std::size_t failed = 0;
    job.processes = jobs;
    job.work = [&](std::size_t i) { return evaluate_point(grid_.point(i), sources_).text(); };
    job.done = [&](std::size_t i, const std::string& text) {
      const PointResult result = PointResult::parse(text);
      if (result.status == PointResult::Status::kLost) {
        lost_[i] = text;
      } else {
        log->append(point_key(grid_.point(i), sources_), text);
      }
      failed += result.status == PointResult::Status::kOk ? 0 : 1;
      bar.at(++computed_, failed);
    };
    job.lost = [&](std::size_t i, const std::string& how) {
      PointResult result;
      result.status = PointResult::Status::kLost;
      result.error = Error(ErrorId::SweepWorker, sources_.models[grid_.point(i).model].name,
                           fmt::format("the worker process ended by {}", how))
                         .what();
      lost_[i] = result.text();
      bar.at(++computed_, ++failed);
    };
    job.stop = [] { return stop_signal != 0; };
    return run_pool(job);
  }

  PointResult result_of(const SweepPoint& point, const SweepLog& log) const {
    if (refused(point)) return evaluate_point(point, sources_);
    const auto lost = lost_.find(point.index);
    return PointResult::parse(lost != lost_.end() ? lost->second
                                                  : log.read(point_key(point, sources_)));
  }

  void publish(const SweepLog& log) {
    AtomicStream points(shard_.file(folder_, "points")), layers(shard_.file(folder_, "layers"));
    std::vector<std::string> axes;
    for (const SweepAxis& axis : spec_.axes) axes.push_back(axis.key);
    points.write(points_header(axes));
    layers.write(layers_header(axes));
    for (std::size_t i = shard_.i - 1; i < grid_.size(); i += shard_.n) {
      const SweepPoint point = grid_.point(i);
      const PointResult result = result_of(point, log);
      const bool ok = result.status == PointResult::Status::kOk;
      std::string head;
      for (const std::string& value : point.values) head += csv_quoted(value) + ",";
      head += csv_quoted(sources_.models[point.model].name) + ",";
      // A configuration that is no machine has no hash.
      head += (point.refusal.empty() ? config_hash(point.config) : "") + ",";
      points.write(head + (ok ? "ok" : "failed") + "," + csv_quoted(result.error) + "," +
                   result.columns + "\n");
      for (const std::string& layer : result.layers) layers.write(head + layer + "\n");
      ++rows_;
      failed_ += ok ? 0 : 1;
    }
    layers.stage();
    points.stage();  // both are on the disk before either is seen
    layers.commit();
    points.commit();  // last: where it is new, layers.csv is
  }

  SweepSpec spec_;
  SweepGrid grid_;
  std::string folder_;
  Shard shard_;
  SweepSources sources_;
  std::map<std::size_t, std::string> lost_;  // results of this run that are worth another try
  std::size_t computed_ = 0, rows_ = 0, failed_ = 0;
};

}  // namespace

int run_sweep(const std::string& spec, const std::string& out_dir, int jobs,
              const std::string& shard, const std::vector<std::string>& profiles, bool quiet) {
  if (jobs < 1 || jobs > kJobsMost) {
    throw Error(ErrorId::Usage, "-j", fmt::format("{}, must be 1..{}", jobs, kJobsMost),
                "give the number of worker processes");
  }
  if (out_dir.empty()) throw Error(ErrorId::Usage, "-o", "no output folder", "give -o DIR");
  const Shard part = parse_shard(shard);
  return Sweep(spec, out_dir, part, profiles).run(jobs, quiet);
}

}  // namespace vernier
