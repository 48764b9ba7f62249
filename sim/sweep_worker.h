// One point of a sweep computed: compile, time without data, energy, area.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hw_models/spec/graph.h"
#include "sim/energy_table.h"
#include "sim/sweep_points.h"

namespace vernier {

// What points share, read once before any of them is computed.
struct SweepSources {
  struct Model {
    std::string name;    // as written in the sweep file; also Graph::file
    std::string sha256;  // of the file's bytes
    std::optional<Graph> graph;
    std::string refusal;  // error line of a model that cannot be imported
  };
  std::vector<Model> models;
  std::map<std::string, EnergyTable> tables;  // by HwConfig::energy_table
  std::string build;                          // SHA-256 of the running program
};
// Throws Error(File...) for a model that cannot be read, Error(Energy...) for a table; a model that
// can be read but not imported, or that lacks an operator named in `profiles` (the values of
// --profile), becomes a refusal.
SweepSources load_sweep_sources(const SweepSpec& spec, const std::vector<std::string>& profiles);

// What a point is known by: SHA-256 of the configuration without its name, the energy table, the
// model's bytes, its operators' profiles, and the tool with its build, so a new build never shows
// an older one's results.
std::string point_key(const SweepPoint& point, const SweepSources& sources);

// The result of a point as one line of text: fields separated by tabs, all bytes printable.
//   ok      <columns of points.csv> <columns of layers.csv>...
//   failed  <error line>   the point itself: the same every time
//   lost    <error line>   memory, I/O or a crash: worth another try, so never kept
struct PointResult {
  enum class Status { kOk, kFailed, kLost };
  Status status = Status::kFailed;
  std::string error;
  std::string columns;              // of points.csv
  std::vector<std::string> layers;  // of layers.csv

  std::string text() const;
  static PointResult parse(const std::string& text);
  static PointResult refused(const std::string& error);
};

// Computes a point that is not refused; never throws. Elaborates the process's core.
PointResult evaluate_point(const SweepPoint& point, const SweepSources& sources);

}  // namespace vernier
