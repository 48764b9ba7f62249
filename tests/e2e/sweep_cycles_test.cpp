// A sweep's points have exactly the cycles of full runs with data, in which every element agrees.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "compiler/import/tflite.h"
#include "hw_models/spec/error.h"
#include "sim/inputs.h"
#include "sim/simulation.h"
#include "sim/sweep_worker.h"
#include "tests/support/random_graph.h"

using namespace vernier;

namespace {

// Runs `graph` on `machines` machines of the seeds from `first` on, both ways; returns how many the
// compiler took.
int check_points(const Graph& graph, std::uint64_t first, int machines) {
  SweepSources sources;
  SweepSources::Model model;
  model.name = graph.file;
  model.graph = graph;
  sources.models = {model};
  const HwConfig base;
  sources.tables[base.energy_table] = find_energy_table(base.energy_table);
  int compared = 0;
  for (std::uint64_t seed = first; seed < first + static_cast<std::uint64_t>(machines); ++seed) {
    SweepPoint point;
    point.config = random_config(seed);
    point.config.mac_acc_bits = 32;
    INFO(graph.file << " on the machine of seed " << seed);
    const PointResult swept = evaluate_point(point, sources);
    SimulationRequest request;
    request.graph = &graph;
    request.config = point.config;
    request.levels.golden = request.levels.cycle = true;
    request.inputs = random_inputs(graph, 1, seed);
    SimulationResult run;
    try {
      simulate(request, &run);
    } catch (const Error& e) {
      CHECK(swept.status == PointResult::Status::kFailed);
      CHECK(swept.error == e.what());
      continue;
    }
    REQUIRE(run.divergences == 0);
    REQUIRE(swept.status == PointResult::Status::kOk);
    CHECK(swept.columns.substr(0, swept.columns.find(',')) == std::to_string(run.timing.cycles));
    ++compared;
  }
  return compared;
}

}  // namespace

TEST_CASE("points of random graphs have the cycles of full runs in which every element agrees") {
  int compared = 0;
  for (std::uint64_t seed = 70000; seed < 70100; ++seed) {
    const auto bytes = random_graph(draw_recipe(seed, HwConfig()));
    compared += check_points(import_tflite(bytes, "random.tflite"), seed, 3);
  }
  CHECK(compared > 200);
}

TEST_CASE("points of the MLPerf Tiny networks have the cycles of full runs") {
  const std::string dir = std::string(VERNIER_SOURCE_DIR) + "/../shared/models/mlperf_tiny/";
  if (!std::filesystem::exists(dir)) {
    WARN("SKIPPED: " << dir << " is not there");
    return;
  }
  for (const char* name :
       {"ic_resnet8_int8", "kws_dscnn_int8", "vww_mbv1_025_96_int8", "ad_autoencoder_int8"}) {
    const Graph graph = import_tflite_file(dir + name + ".tflite");
    CHECK(check_points(graph, 71000, 6) > 2);
  }
}
