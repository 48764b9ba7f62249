// Whole networks on every shipped machine that they fit: golden = cycle for every element of every
// tensor, within the cycle budgets, whose counts no input and no mode of running can change.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "compiler/import/tflite.h"
#include "hw_models/spec/checker.h"
#include "hw_models/spec/hw_config_io.h"
#include "sim/inputs.h"
#include "sim/npy.h"
#include "sim/simulation.h"
#include "tests/support/agreement.h"

using namespace vernier;

namespace {

const std::string kModels = std::string(VERNIER_SOURCE_DIR) + "/../shared/models/mlperf_tiny/";
const char* const kIc = "ic_resnet8_int8";
const char* const kAd = "ad_autoencoder_int8";

bool have_models() {
  if (std::filesystem::exists(kModels)) return true;
  WARN("SKIPPED: no ../shared, so no network runs on any machine");
  return false;
}

Graph network(const std::string& name) { return import_tflite_file(kModels + name + ".tflite"); }

HwConfig machine(const std::string& name) {
  return load_config(std::string(VERNIER_SOURCE_DIR) + "/configs/hw/" + name + ".yaml");
}

SimulationRequest request_for(const Graph& graph, const std::string& config, int runs) {
  SimulationRequest request;
  request.graph = &graph;
  request.config = machine(config);
  request.levels.golden = request.levels.cycle = true;
  request.inputs = random_inputs(graph, runs, 7);
  return request;
}

// Every element of every tensor that an operator writes agrees, in each run.
void require_agreement(const std::string& name, const std::string& config) {
  const Graph graph = network(name);
  const int runs = 2;
  const auto request = request_for(graph, config, runs);
  SimulationResult result;
  simulate(request, &result);
  INFO(name << " on " << config << ": " << result.timing.cycles << " cycles");
  if (result.divergences != 0) {
    FAIL(divergence_text(result.divergence, result.program, graph, result.decoded, ""));
  }
  CHECK(result.runs == runs);
  CHECK(result.elements_compared == runs * written_elements(graph));
  CHECK(result.tensors_compared == runs * static_cast<std::int64_t>(graph.ops.size()));
  CHECK_NOTHROW(check_program(result.program, name));
}

std::int64_t cycles_without_data(const Graph& graph, const std::string& config) {
  auto request = request_for(graph, config, 1);
  request.inputs.clear();
  request.levels.golden = false;
  request.timing_only = true;
  SimulationResult result;
  simulate(request, &result);
  return result.timing.cycles;
}

// Inputs at both ends of the type, and drawn ones: the same cycles, instruction by instruction.
void require_constant_cycles(const std::string& name, std::int64_t most) {
  const Graph graph = network(name);
  auto request = request_for(graph, "base16", 2);
  request.inputs.push_back(request.inputs[0]);
  request.inputs.push_back(request.inputs[0]);
  for (auto& b : request.inputs[2][0].bytes) b = 0x80;
  for (auto& b : request.inputs[3][0].bytes) b = 0x7f;
  std::set<std::int64_t> counts{cycles_without_data(graph, "base16")};
  std::vector<cycle::InsnTiming> first;
  for (const auto& inputs : std::vector<InputSet>(request.inputs)) {
    request.inputs = {inputs};
    SimulationResult result;
    simulate(request, &result);
    REQUIRE(result.divergences == 0);
    counts.insert(result.timing.cycles);
    const auto& timing = result.timing.timing;
    if (first.empty()) first = timing;
    REQUIRE(timing.size() == first.size());
    for (std::size_t pc = 0; pc < timing.size(); ++pc) {
      REQUIRE(timing[pc].start == first[pc].start);
      REQUIRE(timing[pc].end == first[pc].end);
    }
  }
  CHECK(counts.size() == 1);
  INFO(name << ": " << *counts.begin() << " cycles");
  CHECK(*counts.begin() <= most);
  CHECK(*counts.begin() > 0);
}

}  // namespace

TEST_CASE("image classification takes at most 58,000 cycles at 16 x 16, whatever the input") {
  if (have_models()) require_constant_cycles(kIc, 58000);
}

TEST_CASE("anomaly detection takes at most 19,000 cycles at 16 x 16, whatever the input") {
  if (have_models()) require_constant_cycles(kAd, 19000);
}

TEST_CASE("200 images through the machine give the outputs that silicon printed") {
  if (!have_models()) return;
  const std::string shared = std::string(VERNIER_SOURCE_DIR) + "/../shared/";
  const Graph graph = network(kIc);
  SimulationRequest request;
  request.graph = &graph;
  request.config = machine("base16");
  request.levels.cycle = true;
  request.keep_values = true;
  request.inputs = load_inputs(graph, {shared + "data/ic/images_200x32x32x3_int8.npy"});
  REQUIRE(request.inputs.size() == 200);
  const Tensor printed = read_npy(shared + "expected/silicon/ic_200x10_int8.npy");
  SimulationResult result;
  simulate(request, &result);
  REQUIRE(result.values.size() == 200);
  for (std::size_t run = 0; run < 200; ++run) {
    const auto& got = result.values[run][static_cast<std::size_t>(graph.outputs[0])].bytes;
    INFO("image " << run);
    REQUIRE(got.size() == 10);
    REQUIRE(std::equal(got.begin(), got.end(),
                       printed.bytes.begin() + static_cast<std::ptrdiff_t>(run * 10)));
  }
}

#define VERNIER_AGREES(config)                                                                \
  TEST_CASE("image classification and anomaly detection agree in every element on " config) { \
    if (!have_models()) return;                                                               \
    require_agreement(kIc, config);                                                           \
    require_agreement(kAd, config);                                                           \
  }
VERNIER_AGREES("base4x4")
VERNIER_AGREES("base8x8")
VERNIER_AGREES("base16")
VERNIER_AGREES("base32x32")
VERNIER_AGREES("base8x32")
VERNIER_AGREES("base32x8")
VERNIER_AGREES("tiny")
#undef VERNIER_AGREES
