// Graphs and machines at corners that random ones seldom meet, golden = cycle.
#include <catch2/catch.hpp>

#include "hw_models/spec/checker.h"
#include "sim/inputs.h"
#include "sim/simulation.h"
#include "tests/e2e/small_network.h"

using namespace vernier;

namespace {

void require_agreement(const Graph& graph, const HwConfig& config,
                       const std::vector<InputSet>& inputs, SimulationResult* result) {
  SimulationRequest request;
  request.graph = &graph;
  request.config = config;
  request.levels.golden = request.levels.cycle = true;
  request.inputs = inputs;
  simulate(request, result);
  if (result->divergences != 0) {
    FAIL(divergence_text(result->divergence, result->program, graph, result->decoded, ""));
  }
  REQUIRE(result->elements_compared > 0);
  REQUIRE_NOTHROW(check_program(result->program, "corner"));
}

void require_agreement(const ModelBuilder& model, const HwConfig& config) {
  const Graph graph = import_tflite(model.bytes(), "corner.tflite");
  SimulationResult result;
  require_agreement(graph, config, random_inputs(graph, 3, 1), &result);
}

}  // namespace

TEST_CASE("a machine whose queues hold one instruction runs to the end") {
  for (const int latency : {1, 2, 17}) {
    for (const int width : {1, 3, 16}) {
      HwConfig c = small_machine();
      c.queue_depth = 1;
      c.dram_latency_cycles = latency;
      c.dram_bytes_per_cycle = width;
      INFO("latency " << latency << ", " << width << " bytes a cycle");
      require_agreement(small_network(), c);
    }
  }
}

TEST_CASE("values do not depend on latency, width, queues, buffers or the program memory") {
  for (const int buffers : {1, 2, 3, 4}) {
    for (const int depth : {1, 2, 64}) {
      HwConfig c = small_machine();
      c.acc_mem_buffers = buffers;
      c.queue_depth = depth;
      c.dram_latency_cycles = 300;
      c.program_mem_kib = buffers + 1;
      INFO("buffers " << buffers << ", depth " << depth);
      require_agreement(small_network(), c);
    }
  }
}

TEST_CASE("a graph input that nothing reads leaves every other tensor alone") {
  ModelBuilder m;
  const int x = m.input({1, 8, 8, 1}, 0.13F, -128);
  m.input({1, 3, 2, 14}, 0.04F, 0);
  m.mark_output(m.quantize(x, 0.03F, 0));
  HwConfig c = small_machine();
  c.act_mem_pages = c.act_mem_banks = 1;
  c.dram_bytes_per_cycle = 1;
  require_agreement(m, c);
}

// A sum that wraps to the far end of 16 bits, a bias near 2^30 and a multiplier of 1: x * 2 leaves
// 32 bits although no sum of 32 bits could.
TEST_CASE("a power-of-two layer wraps like its multiplier when narrow accumulators wrap") {
  ModelBuilder m;
  const int x = m.input({1, 1, 2, 2}, 1.0F, 127);
  const int w = m.weights({1, 1, 1, 2}, {127, 127}, {1.0F});
  m.mark_output(m.conv(x, w, m.bias(x, w, {(1 << 30) - 1}), {}, 1.0F, 0));
  const Graph graph = import_tflite(m.bytes(), "corner.tflite");
  for (const int bits : {16, 17, 24, 32}) {
    HwConfig c = small_machine();
    c.mac_acc_bits = bits;
    InputSet inputs = random_inputs(graph, 1, 1)[0];
    inputs[0].bytes = {0x80, 0x80, 0xfe, 0x7f};  // -128, -128: a sum of -64770; then -2, 127
    INFO(bits << " bits");
    SimulationResult result;
    require_agreement(graph, c, {inputs}, &result);
    if (bits == 16) CHECK(result.overflows > 0);
  }
}

TEST_CASE("x + x and an ADD of a tensor with its own renaming agree") {
  ModelBuilder m;
  const int x = m.input({1, 4, 3, 5}, 0.5F, 4);
  const int twice = m.add(x, x, {}, 0.75F, -9);
  const int renamed = m.reshape(twice, {1, 4, 3, 5});
  m.mark_output(m.add(twice, renamed, {}, 1.5F, 2));
  for (const int banks : {1, 2}) {
    HwConfig c = small_machine();
    c.act_mem_pages = 1;
    c.act_mem_banks = banks;
    require_agreement(m, c);
  }
}

TEST_CASE("one tensor may be several graph outputs and be read as well") {
  ModelBuilder m;
  const int x = m.input({1, 5, 4, 3}, 0.5F, 4);
  const int a = m.quantize(x, 0.4F, 1);
  const int flat = m.reshape(a, {1, 60});
  m.mark_output(a);
  m.mark_output(flat);
  m.mark_output(m.quantize(a, 0.3F, 1));
  require_agreement(m, small_machine());
}

TEST_CASE("a graph that only renames its input still compares what reaches DRAM") {
  ModelBuilder m;
  m.mark_output(m.reshape(m.input({1, 5, 4, 3}, 0.5F, 4), {1, 60}));
  require_agreement(m, small_machine());
}

TEST_CASE("without golden a renamed input has the input's bytes") {
  ModelBuilder m;
  const int x = m.input({1, 5, 4, 3}, 0.5F, 4);
  const int flat = m.reshape(x, {1, 60});
  m.mark_output(flat);
  const Graph graph = import_tflite(m.bytes(), "renamed.tflite");
  SimulationRequest request;
  request.graph = &graph;
  request.config = small_machine();
  request.levels.cycle = true;
  request.keep_values = true;
  request.inputs = random_inputs(graph, 1, 1);
  SimulationResult result;
  simulate(request, &result);
  REQUIRE(result.values.size() == 1);
  CHECK(result.values[0][static_cast<std::size_t>(flat)].bytes == request.inputs[0][0].bytes);
}
