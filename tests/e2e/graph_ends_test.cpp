// What stands at the ends of a graph: float32 boundaries, outputs that are inputs or are read
// inside, several of each, values that nobody reads.
#include <catch2/catch.hpp>
#include <cstring>

#include "sim/layers.h"
#include "sim/simulation.h"
#include "tests/e2e/small_network.h"

using namespace vernier;

namespace {

void run(const Graph& graph, SimulationResult* result, bool golden = true) {
  SimulationRequest request;
  request.graph = &graph;
  request.config = small_machine();
  request.levels.golden = golden;
  request.levels.cycle = true;
  request.inputs = random_inputs(graph, 2, 17);
  request.keep_values = true;
  simulate(request, result);
  INFO(divergence_text(result->divergence, result->program, graph, result->decoded, ""));
  REQUIRE(result->divergences == 0);
}

// Every tensor that an operator writes is compared in every run, and the machine alone gives them
// too.
void require_all(const ModelBuilder& m) {
  const Graph graph = import_tflite(m.bytes(), "ends.tflite");
  SimulationResult both, machine;
  run(graph, &both);
  std::int64_t elements = 0;
  for (const auto& op : graph.ops) elements += element_count(graph.tensor(op.outputs[0]).shape);
  CHECK(both.tensors_compared == 2 * static_cast<std::int64_t>(graph.ops.size()));
  CHECK(both.elements_compared == 2 * elements);
  run(graph, &machine, false);
  CHECK(machine.elements_compared == 0);
  REQUIRE(machine.values.size() == both.values.size());
  for (std::size_t i = 0; i < both.values.size(); ++i) CHECK(machine.values[i] == both.values[i]);
  // The rows' sums are asserted. The host's rows take no cycle of the machine.
  const auto summary = summarize(both.decoded, both.timing, find_energy_table("45nm"));
  for (const auto& row : summary.rows) {
    const bool host = row.mapping == "boundary";
    CHECK(host == ((row.op == "QUANTIZE" &&
                    graph.tensor(graph.ops[static_cast<std::size_t>(row.index)].inputs[0]).dtype ==
                        DType::kFloat32) ||
                   row.op == "DEQUANTIZE"));
    if (host) CHECK(row.cycles == 0);
  }
}

}  // namespace

TEST_CASE("float32 ends are converted on the host, labelled so and compared in their bytes") {
  for (const DType type : {DType::kInt8, DType::kUint8}) {
    ModelBuilder m;
    const int x = m.float_input({1, 3, 4, 5});
    const int q = m.quantize(x, 0.07F, type == DType::kInt8 ? -9 : 119, type);
    const int y = m.input({1, 3, 4, 5}, 0.05F, 3, type);
    const int s = m.add(q, y, {}, 0.1F, 2);
    m.mark_output(m.dequantize(s));
    m.mark_output(s);
    m.mark_output(m.dequantize(m.softmax(m.reshape(s, {1, 60}))));
    require_all(m);
  }
}

TEST_CASE("an output that is read inside, and several outputs, arrive in DRAM") {
  ModelBuilder m;
  const int x = m.input({1, 5, 4, 6}, 0.05F, -7);
  const int a = m.relu(x, 0.05F, -7);
  const int b = m.logistic(a);
  const int c = m.quantize(a, 0.2F, 5);
  m.logistic(c);  // read by nobody
  m.mark_output(c);
  m.mark_output(a);
  m.mark_output(b);
  require_all(m);
}

TEST_CASE(
    "an output that is an input of the machine under its own or another name arrives in DRAM") {
  ModelBuilder m;
  const int x = m.float_input({1, 2, 3, 4});
  const int q = m.quantize(x, 0.07F, -9);
  m.mark_output(q);
  m.mark_output(m.relu(q, 0.07F, -9));
  m.mark_output(m.reshape(q, {1, 24}));
  require_all(m);
}
