// Rounding profiles on the machine: golden = cycle = Verilated units under each that it has, for
// all operators and for single ones.
#include <catch2/catch.hpp>

#include "compiler/compile.h"
#include "hw_models/spec/error.h"
#include "sim/inputs.h"
#include "sim/report/report.h"
#include "sim/simulation.h"
#include "tests/e2e/small_network.h"

using namespace vernier;

namespace {

Graph with_profiles(const ModelBuilder& model, const std::vector<std::string>& profiles) {
  Graph graph = import_tflite(model.bytes(), "net.tflite");
  set_profiles(&graph, parse_profiles(profiles, "--profile"), "--profile");
  return graph;
}

SimulationRequest request_for(const Graph& graph, const HwConfig& config, int runs) {
  SimulationRequest request;
  request.graph = &graph;
  request.config = config;
  request.levels.golden = request.levels.cycle = true;
  request.keep_values = true;
  request.inputs = random_inputs(graph, runs, 3);
  return request;
}

std::vector<std::uint8_t> codes(const Graph& graph, const SimulationResult& result) {
  std::vector<std::uint8_t> all;
  for (const auto& values : result.values) {
    for (const Op& op : graph.ops) {
      const auto& bytes = values[static_cast<std::size_t>(op.outputs[0])].bytes;
      all.insert(all.end(), bytes.begin(), bytes.end());
    }
  }
  return all;
}

// Runs the machine against golden; the codes of all tensors.
std::vector<std::uint8_t> agreed(const Graph& graph, const HwConfig& config, bool units = false) {
  SimulationRequest request = request_for(graph, config, units ? 1 : 20);
  request.levels.units = units;
  request.units.cache_dir = std::string(VERNIER_BINARY_DIR) + "/rtl_cache";
  request.units.quiet = true;
  SimulationResult result;
  simulate(request, &result);
  INFO(profile_text(graph) << ": " << result.divergence.detail);
  CHECK(result.divergences == 0);
  CHECK(result.elements_compared > 0);
  CHECK(result.program.profile == profile_text(graph));
  return codes(graph, result);
}

// A convolution of powers of two, which the barrel shifter rounds: sums / 4 with all remainders.
ModelBuilder shifted_network() {
  ModelBuilder m;
  std::vector<std::int8_t> weights;
  for (int i = 0; i < 8 * 3; ++i) weights.push_back(static_cast<std::int8_t>(i * 5 % 11 - 5));
  const int x = m.input({1, 6, 5, 3}, 0.5F, 4);
  const int w = m.weights({8, 1, 1, 3}, weights, {0.25F, 0.5F, 0.125F, 0.25F, 1, 0.25F, 0.5F, 2});
  m.mark_output(m.conv(x, w, -1, {}, 2.0F, -3));
  return m;
}

}  // namespace

TEST_CASE("the machine equals golden in every profile it has, and the profiles differ") {
  const auto tflm = agreed(with_profiles(small_network(), {"tflm"}), small_machine());
  const auto ruy = agreed(with_profiles(small_network(), {"ruy"}), small_machine());
  const auto single = agreed(with_profiles(small_network(), {"single"}), small_machine());
  CHECK(tflm != ruy);
  CHECK(tflm != single);
  CHECK(ruy != single);
}

TEST_CASE("operators of one network round each by its own profile") {
  const auto mixed = agreed(
      with_profiles(small_network(), {"single", "0=ruy", "FULLY_CONNECTED=tflm", "1=litert-ref"}),
      small_machine());
  CHECK(mixed != agreed(with_profiles(small_network(), {"single"}), small_machine()));
}

TEST_CASE("the barrel shifter equals golden in every profile that the machine has") {
  std::vector<std::vector<std::uint8_t>> all;
  for (const char* name : {"tflm", "ruy", "single"}) {
    const Graph graph = with_profiles(shifted_network(), {name});
    const auto program = compiler::compile(graph, HwConfig{});
    int shifts = 0;
    for (const auto& layer : cycle::decode_program(program, "p").insns) {
      const auto* o = std::get_if<insn::PostOfmap>(&layer);
      shifts += o != nullptr && o->shift_only != 0 ? 1 : 0;
    }
    CHECK(shifts > 0);
    all.push_back(agreed(graph, HwConfig{}));
  }
  CHECK(all[0] != all[1]);
  CHECK(all[0] != all[2]);
  CHECK(all[1] != all[2]);
}

TEST_CASE("the Verilated units round as golden in every profile that the machine has") {
  HwConfig config;
  for (const char* name : {"tflm", "ruy", "single"}) {
    agreed(with_profiles(small_network(), {name}), config, true);
    agreed(with_profiles(shifted_network(), {name}), config, true);
  }
}

TEST_CASE("what only golden has, the compiler refuses, and golden runs it") {
  const auto refused = [](const std::vector<std::string>& profiles, const std::string& why) {
    const Graph graph = with_profiles(small_network(), profiles);
    SimulationRequest request = request_for(graph, small_machine(), 1);
    SimulationResult result;
    CHECK_THROWS_WITH(simulate(request, &result),
                      Catch::StartsWith("error[E-CMP-004]: net.tflite: ") && Catch::Contains(why));
    request.levels.cycle = false;
    SimulationResult golden_alone;
    simulate(request, &golden_alone);
    CHECK(golden_alone.runs == 1);
  };
  refused({"f32"}, "op 0 CONV_2D, profile f32: a product in float");
  refused({"litert-ref"}, "FULLY_CONNECTED, profile litert-ref: a product in double");
  refused({"ADD=f32"}, "op 2 ADD, profile f32: XNNPACK's own sum");
  agreed(with_profiles(small_network(), {"litert-ref", "FULLY_CONNECTED=single"}), small_machine());
}

TEST_CASE("the report names the profiles of the graph") {
  const Graph graph = with_profiles(small_network(), {"single", "ADD=tflm"});
  SimulationRequest request = request_for(graph, small_machine(), 1);
  SimulationResult result;
  simulate(request, &result);
  Report report;
  report.graph = &graph;
  report.config = &request.config;
  report.request = &request;
  report.result = &result;
  CHECK_THAT(report_json(report), Catch::Contains("\"profile\": \"single,ADD=tflm\""));
}
