// Which of golden's kernels a simulation runs, and that the answer does not depend on it.
#include <catch2/catch.hpp>

#include "compiler/import/tflite.h"
#include "hw_models/golden/fast/level.h"
#include "sim/inputs.h"
#include "sim/report/report.h"

using namespace vernier;

namespace {

SimulationRequest golden_request(const Graph& graph, golden::Kernels kernels) {
  SimulationRequest request;
  request.graph = &graph;
  request.levels.golden = true;
  request.kernels = kernels;
  request.inputs = random_inputs(graph, 3, 5);
  request.keep_values = true;
  return request;
}

}  // namespace

TEST_CASE("a simulation says which of golden's kernels ran, and their values are the same") {
  const Graph graph =
      import_tflite_file(std::string(VERNIER_SOURCE_DIR) + "/configs/models/builtin.tflite");
  const auto plain = golden_request(graph, golden::Kernels::kPlain);
  const auto fast = golden_request(graph, golden::Kernels::kFast);
  SimulationResult of_plain, of_fast;
  simulate(plain, &of_plain);
  simulate(fast, &of_fast);
  CHECK(of_plain.golden_kernels == "plain");
  const auto best = golden::fast::levels().back();
  CHECK(of_fast.golden_kernels == std::string("fast (") + golden::fast::level_name(best) + ")");
  REQUIRE(of_plain.values.size() == 3);
  CHECK(of_plain.values == of_fast.values);

  Report report;
  report.graph = &graph;
  report.config = &fast.config;
  report.request = &fast;
  report.result = &of_fast;
  CHECK(report_verdict(report).find("golden kernels: " + of_fast.golden_kernels + "\n") !=
        std::string::npos);
  CHECK(report_json(report).find("\"golden_kernels\": \"" + of_fast.golden_kernels + "\"") !=
        std::string::npos);
}

TEST_CASE("a simulation without golden names no kernels") {
  const Graph graph =
      import_tflite_file(std::string(VERNIER_SOURCE_DIR) + "/configs/models/builtin.tflite");
  SimulationRequest request;
  request.graph = &graph;
  request.levels.cycle = true;
  request.timing_only = true;
  SimulationResult result;
  simulate(request, &result);
  CHECK(result.golden_kernels.empty());
  Report report;
  report.graph = &graph;
  report.config = &request.config;
  report.request = &request;
  report.result = &result;
  CHECK(report_json(report).find("\"golden_kernels\": null") != std::string::npos);
}
