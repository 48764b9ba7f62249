// The Verilated requantizer and shifter under POST's products, differences, means and unsigned
// codes: golden = cycle = units.
#include <catch2/catch.hpp>

#include "sim/inputs.h"
#include "sim/simulation.h"
#include "tests/e2e/small_network.h"

using namespace vernier;

namespace {

ModelBuilder vector_operators(DType type) {
  const int zero = type == DType::kUint8 ? 117 : -11;
  const int least = type == DType::kUint8 ? 0 : -128;
  ModelBuilder m;
  const int x = m.input({1, 5, 6, 7}, 0.05F, zero, type);
  const int gate = m.constant(
      {7}, {least, least + 3, least + 90, least + 130, least + 200, least + 254, least + 255},
      0.03F, zero, type);
  OpOptions window;
  window.filter_h = window.filter_w = 3;
  m.mark_output(m.mul(x, gate, {}, 0.06F, zero));
  m.mark_output(m.sub(gate, x, {}, 0.06F, zero));
  m.mark_output(m.mul(x, x, {}, 0.3F, zero));
  m.mark_output(m.mean(x, {1, 2}, true, 0.04F, zero));
  m.mark_output(m.average_pool(x, window));
  m.mark_output(m.softmax(m.max_pool(x, window)));
  m.mark_output(m.quantize(x, 0.021F, 3, type == DType::kUint8 ? DType::kInt8 : DType::kUint8));
  return m;
}

}  // namespace

TEST_CASE("units agree with the products, differences and means of signed and unsigned codes") {
  for (const DType type : {DType::kInt8, DType::kUint8}) {
    const Graph graph = import_tflite(vector_operators(type).bytes(), "units.tflite");
    SimulationRequest request;
    request.graph = &graph;
    request.config = small_machine();
    request.levels.golden = request.levels.cycle = request.levels.units = true;
    request.inputs = random_inputs(graph, 2, 3);
    request.units.cache_dir = std::string(VERNIER_BINARY_DIR) + "/rtl_cache";
    request.units.quiet = true;
    SimulationResult result;
    simulate(request, &result);
    if (result.divergences != 0) {
      FAIL(divergence_text(result.divergence, result.program, graph, result.decoded, ""));
    }
    CHECK(result.elements_compared > 0);
  }
}
