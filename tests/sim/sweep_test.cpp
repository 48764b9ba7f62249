// Whole sweeps: the bytes of their result files do not depend on how they came about.
#include "sim/commands/sweep.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <map>

#include "compiler/compile.h"
#include "compiler/import/tflite.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/hw_config_io.h"
#include "sim/commands/command_line.h"
#include "sim/simulation.h"
#include "sim/sweep_log.h"
#include "tests/sim/scratch_dir.h"

using namespace vernier;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

constexpr const char* kShapes =
    "schema: 1\nbase: base16\nmodels: [builtin]\naxes:\n  array.rows: {log2: [4, 32]}\n"
    "  array.cols: {log2: [4, 32]}\n  post.lanes: {log2: [4, 32]}\n"
    "zip: [[array.cols, post.lanes]]\n";
std::string text_of(const std::string& path) {
  const auto bytes = read_file(path, std::uint64_t{1} << 30);
  return {bytes.begin(), bytes.end()};
}

// The same with 16 latencies: 256 points, long enough to be killed in the middle.
std::string many() {
  const std::string mark = "  array.rows:";
  std::string text = kShapes;
  return text.insert(text.find(mark), "  dram.latency_cycles: {range: [10, 160, 10]}\n");
}

struct Results {
  std::string points, layers;
  bool operator==(const Results& o) const { return points == o.points && layers == o.layers; }
};

class Folder {
 public:
  explicit Folder(const std::string& spec) {
    write_file_atomically(spec_path(), std::string_view(spec));
  }
  std::string spec_path() const { return dir_ / "s.yaml"; }
  std::string out() const { return dir_ / "out"; }
  std::string operator/(const std::string& file) const { return dir_ / file; }
  int run(int jobs, const std::string& shard = "") const {
    return run_sweep(spec_path(), out(), jobs, shard, {}, true);
  }
  Results results() const {
    return {text_of(out() + "/points.csv"), text_of(out() + "/layers.csv")};
  }
  // Starts the sweep in a process of its own.
  pid_t start(int jobs) const {
    const pid_t pid = ::fork();
    if (pid == 0) ::_exit(run(jobs));
    return pid;
  }

 private:
  ScratchDir dir_;
};

Results reference(const std::string& spec) {
  const Folder folder(spec);
  REQUIRE(folder.run(1) == 0);
  return folder.results();
}

// Rows of an RFC 4180 file by column.
std::vector<std::map<std::string, std::string>> rows_of(const std::string& csv) {
  std::vector<std::vector<std::string>> lines(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < csv.size(); ++i) {
    auto& field = lines.back().back();
    if (quoted && csv[i] == '"' && i + 1 < csv.size() && csv[i + 1] == '"') {
      field += csv[++i];
    } else if (csv[i] == '"') {
      quoted = !quoted;
    } else if (quoted || (csv[i] != ',' && csv[i] != '\n')) {
      field += csv[i];
    } else if (csv[i] == ',') {
      lines.back().emplace_back();
    } else if (i + 1 < csv.size()) {
      lines.push_back({""});
    }
  }
  REQUIRE_FALSE(quoted);
  std::vector<std::map<std::string, std::string>> rows;
  for (std::size_t r = 1; r < lines.size(); ++r) {
    REQUIRE(lines[r].size() == lines[0].size());
    std::map<std::string, std::string> row;
    for (std::size_t c = 0; c < lines[0].size(); ++c) row[lines[0][c]] = lines[r][c];
    rows.push_back(row);
  }
  return rows;
}

std::string id_of(const std::map<std::string, std::string>& row) {
  return row.at("model") + " " + row.at("config_hash");
}

int wait_for(pid_t pid) {
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return status;
}

}  // namespace

TEST_CASE("a sweep writes the same bytes with one, two and five workers") {
  const Results one = reference(kShapes);
  CHECK(rows_of(one.points).size() == 16);
  for (const int jobs : {2, 5}) {
    const Folder folder(kShapes);
    REQUIRE(folder.run(jobs) == 0);
    CHECK(folder.results() == one);
  }
}

TEST_CASE("a sweep that is killed again and again goes on and writes the same bytes") {
  const Results whole = reference(many());
  const Folder folder(many());
  int killed = 0;
  std::uintmax_t recorded = 0;
  for (int attempt = 0; attempt < 60; ++attempt) {
    const pid_t pid = folder.start(2);
    ::usleep(static_cast<useconds_t>(15000 + 2500 * attempt));
    ::kill(pid, SIGKILL);
    const int status = wait_for(pid);
    const auto log = folder.out() + "/points.log";
    if (fs::exists(log)) {
      CHECK(fs::file_size(log) >= recorded);
      recorded = fs::file_size(log);
    }
    if (!WIFSIGNALED(status)) break;
    ++killed;
  }
  INFO("killed " << killed << " times");
  CHECK(killed > 0);
  REQUIRE(folder.run(2) == 0);
  CHECK(folder.results() == whole);
}

TEST_CASE("half a record at the end of the log is dropped and its point computed again") {
  const Folder folder(kShapes);
  REQUIRE(folder.run(1) == 0);
  const Results whole = folder.results();
  const std::string log = text_of(folder.out() + "/points.log");
  const auto last = log.rfind('\n', log.size() - 2) + 1;
  for (const std::size_t size : {last + 1, last + 70, last + 100, log.size() - 1, std::size_t{1}}) {
    write_file_atomically(folder.out() + "/points.log", std::string_view(log).substr(0, size));
    fs::remove(folder.out() + "/points.csv");
    REQUIRE(folder.run(1) == 0);
    CHECK(folder.results() == whole);
  }
}

TEST_CASE("a damaged record is computed again, its neighbours are not") {
  const Folder folder(kShapes);
  REQUIRE(folder.run(1) == 0);
  const Results whole = folder.results();
  std::string log = text_of(folder.out() + "/points.log");
  log[log.find('\n') + 200] ^= 1;
  write_file_atomically(folder.out() + "/points.log", std::string_view(log));
  REQUIRE(folder.run(1) == 0);
  CHECK(folder.results() == whole);
  const std::string after = text_of(folder.out() + "/points.log");
  CHECK(after.substr(0, log.size()) == log);
  CHECK(std::count(after.begin(), after.end(), '\n') == 17);
}

TEST_CASE("a finished sweep computes nothing again") {
  const Folder folder(kShapes);
  REQUIRE(folder.run(2) == 0);
  const std::string log = text_of(folder.out() + "/points.log");
  REQUIRE(folder.run(2) == 0);
  CHECK(text_of(folder.out() + "/points.log") == log);
}

TEST_CASE("shards hold disjoint rows and merge to the bytes of the whole") {
  const Results whole = reference(kShapes);
  const Folder folder(kShapes);
  std::vector<std::string> union_of_rows;
  std::uintmax_t logged = 0;
  for (int i = 1; i <= 3; ++i) {
    const std::string word = std::to_string(i);
    REQUIRE(folder.run(1, word + "/3") == 0);
    std::string points = text_of(folder.out() + "/points." + word + "-of-3.csv");
    logged += fs::file_size(folder.out() + "/points." + word + "-of-3.log");
    points.erase(0, points.find('\n') + 1);
    for (std::size_t at = 0; at < points.size();) {
      const auto end = points.find('\n', at) + 1;
      union_of_rows.push_back(points.substr(at, end - at));
      at = end;
    }
  }
  CHECK_FALSE(fs::exists(folder.out() + "/points.csv"));
  REQUIRE(folder.run(1) == 0);
  CHECK(folder.results() == whole);
  CHECK(fs::file_size(folder.out() + "/points.log") == 0);
  CHECK(logged > 0);
  std::string rows = whole.points.substr(whole.points.find('\n') + 1);
  CHECK(union_of_rows.size() == 16);
  for (const std::string& row : union_of_rows) CHECK(rows.find(row) != std::string::npos);
}

TEST_CASE("a point that cannot be is a row with its error, the others run") {
  const Folder folder(
      "schema: 1\nbase: base16\nmodels: [builtin, broken.tflite]\naxes:\n"
      "  act_mem.kib: [1, 128]\n  post.lanes: [16, 17, 32]\n");
  write_file_atomically(folder / "broken.tflite", std::string_view("no model"));
  REQUIRE(folder.run(2) == 0);
  const auto rows = rows_of(folder.results().points);
  REQUIRE(rows.size() == 12);
  CHECK_THAT(rows[0].at("error"), Contains("error[E-CMP-002]"));  // does not fit
  CHECK_THAT(rows[1].at("error"), Contains("error[E-CFG-009]: s.yaml:6: post.lanes: 17"));
  CHECK_THAT(rows[2].at("error"), Contains("error[E-CFG-010]: s.yaml:6: post.lanes: 32"));
  CHECK(rows[3].at("status") == "ok");
  CHECK_THAT(rows[9].at("error"), Contains("error[E-TFL-001]: broken.tflite"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    INFO("row " << i);
    CHECK(rows[i].at("status") == (i == 3 ? "ok" : "failed"));
    CHECK(rows[i].at("error").empty() == (i == 3));
    CHECK(rows[i].at("cycles").empty() == (i != 3));
  }
  for (const auto& layer : rows_of(folder.results().layers)) CHECK(id_of(layer) == id_of(rows[3]));
  const Results first = folder.results();
  REQUIRE(folder.run(1) == 0);
  CHECK(folder.results() == first);
}

TEST_CASE("cycles of a layer are the sum of their parts, energy likewise, layers of their point") {
  const Folder folder(kShapes);
  REQUIRE(folder.run(2) == 0);
  std::map<std::string, long long> cycles, macs;
  std::map<std::string, double> energy;
  for (const auto& row : rows_of(folder.results().layers)) {
    long long parts = 0;
    for (const auto& [column, value] : row) {
      if (column.rfind("cyc_", 0) == 0) parts += std::stoll(value);
    }
    CHECK(parts == std::stoll(row.at("cycles")));
    double pj = 0;
    for (const char* part : {"e_mac", "e_sram_ofmap", "e_sram_ifmap", "e_sram_weight",
                             "e_sram_param", "e_post", "e_dram", "e_ctrl", "e_leak"}) {
      pj += std::stod(row.at(part));
    }
    CHECK(pj == std::stod(row.at("energy_pj")));
    const bool has_weights = row.at("macs") != "0";
    if (has_weights) {
      CHECK(std::stoll(row.at("M")) * std::stoll(row.at("N")) * std::stoll(row.at("K")) ==
            std::stoll(row.at("macs")));
    }
    cycles[id_of(row)] += std::stoll(row.at("cycles"));
    macs[id_of(row)] += std::stoll(row.at("macs"));
    energy[id_of(row)] += std::stod(row.at("energy_pj"));
  }
  const auto points = rows_of(folder.results().points);
  REQUIRE(points.size() == 16);
  for (const auto& row : points) {
    CHECK(cycles[id_of(row)] == std::stoll(row.at("cycles")));
    CHECK(macs[id_of(row)] == std::stoll(row.at("macs")));
    const double pj = std::stod(row.at("energy_pj"));
    CHECK(std::abs(energy[id_of(row)] - pj) <= 1e-12 * pj);
    CHECK(std::stod(row.at("edp")) == pj * std::stod(row.at("time_us")));
    CHECK(row.at("tier") == "cycle");
    CHECK(row.at("err_pct") == "0");
  }
}

TEST_CASE("a point has exactly the cycles of a plain run") {
  const Folder folder(kShapes);
  REQUIRE(folder.run(2) == 0);
  const Graph graph = import_tflite_file(builtin_model());
  for (const auto& row : rows_of(folder.results().points)) {
    SimulationRequest request;
    request.graph = &graph;
    request.config = find_config("base16");
    for (const char* key : {"array.rows", "array.cols", "post.lanes"}) {
      set_param_text(request.config, key, row.at(key), "test");
    }
    request.levels.cycle = true;
    request.timing_only = true;
    SimulationResult result;
    simulate(request, &result);
    CHECK(std::to_string(result.timing.cycles) == row.at("cycles"));
    CHECK(config_hash(request.config) == row.at("config_hash"));
  }
}

TEST_CASE("a program without constants has the instructions and addresses of the whole one") {
  const Graph graph = import_tflite_file(builtin_model());
  for (const char* name : {"base16", "base4x4", "tiny"}) {
    const HwConfig config = find_config(name);
    compiler::CompileOptions options;
    Program whole = compiler::compile(graph, config, options);
    options.timing_only = true;
    Program sizes = compiler::compile(graph, config, options);
    CHECK(sizes.image != whole.image);
    REQUIRE(sizes.image.size() == whole.image.size());
    sizes.image = whole.image;
    CHECK(program_bytes(sizes) == program_bytes(whole));
  }
}

TEST_CASE("a second sweep in the same folder is refused and told who holds it") {
  const Folder folder(kShapes);
  fs::create_directory(folder.out());
  const SweepLock lock(folder.out(), "");
  for (const char* shard : {"", "1/2"}) {
    try {
      folder.run(1, shard);
      FAIL("the folder was not held");
    } catch (const Error& e) {
      CHECK(e.exit_code() == kExitResource);
      CHECK_THAT(e.what(), Contains("held by process " + std::to_string(::getpid()) + " on "));
    }
  }
}

TEST_CASE("different shards work in one folder at the same time, the same ones do not") {
  const ScratchDir dir;
  const std::string folder = dir / ".";
  const SweepLock first(folder, "1-of-2");
  { const SweepLock second(folder, "2-of-2"); }
  CHECK_THROWS_WITH(SweepLock(folder, "1-of-2"), Contains("held by process"));
  CHECK_THROWS_WITH(SweepLock(folder, ""), Contains("held by process"));
}

TEST_CASE("SIGTERM leaves a log that the next run goes on from") {
  const Results whole = reference(many());
  const Folder folder(many());
  const pid_t pid = folder.start(1);
  const std::string log = folder.out() + "/points.log";
  while (!fs::exists(log) || fs::file_size(log) == 0) ::usleep(500);
  ::kill(pid, SIGTERM);
  const int status = wait_for(pid);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 128 + SIGTERM);
  CHECK_FALSE(fs::exists(folder.out() + "/points.csv"));
  CHECK(fs::file_size(log) > 0);
  REQUIRE(folder.run(1) == 0);
  CHECK(folder.results() == whole);
}

TEST_CASE("an output folder that cannot be used is refused before anything is computed") {
  const Folder folder(kShapes);
  write_file_atomically(folder / "file", std::string_view("x"));
  CHECK_THROWS_WITH(run_sweep(folder.spec_path(), folder / "file", 1, "", {}, true),
                    Contains("E-IO-004"));
  fs::create_directories(folder.out() + "/points.csv");
  CHECK_THROWS_WITH(folder.run(1), Contains("points.csv"));
  CHECK_FALSE(fs::exists(folder.out() + "/points.log"));
  fs::create_directory(folder / "mine");
  fs::copy_file(folder.spec_path(), folder / "mine/points.csv");
  CHECK_THROWS_WITH(run_sweep(folder / "mine/points.csv", folder / "mine", 1, "", {}, true),
                    Contains("E-CLI-004"));
}

TEST_CASE("a shard or a number of workers that means nothing is refused") {
  const Folder folder(kShapes);
  for (const char* shard : {"0/2", "3/2", "1", "1/", "/2", "1/0", "1/2/3", "a/b", "-1/2"}) {
    INFO(shard);
    CHECK_THROWS_WITH(folder.run(1, shard), Contains("E-CLI-001"));
  }
  CHECK_THROWS_WITH(folder.run(0), Contains("E-CLI-001"));
  CHECK_THROWS_WITH(folder.run(100000), Contains("E-CLI-001"));
  CHECK_FALSE(fs::exists(folder.out()));
}
