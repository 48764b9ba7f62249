// Structures of whole networks that need the compiler's rarer ways, golden = cycle on machines that
// only just hold them.
#include <catch2/catch.hpp>

#include "compiler/import/tflite.h"
#include "hw_models/spec/checker.h"
#include "sim/inputs.h"
#include "sim/simulation.h"
#include "tests/support/model_builder.h"
#include "tests/support/random_graph.h"

using namespace vernier;

namespace {

void require_agreement(const ModelBuilder& model, const HwConfig& config) {
  const Graph graph = import_tflite(model.bytes(), "unseen.tflite");
  SimulationRequest request;
  request.graph = &graph;
  request.config = config;
  request.levels.golden = request.levels.cycle = true;
  request.inputs = random_inputs(graph, 3, 1);
  SimulationResult result;
  simulate(request, &result);
  if (result.divergences != 0) {
    FAIL(divergence_text(result.divergence, result.program, graph, result.decoded, ""));
  }
  REQUIRE(result.elements_compared > 0);
  REQUIRE_NOTHROW(check_program(result.program, "unseen"));
}

int weights_of(ModelBuilder* m, const Shape& shape, int axis) {
  Random r(7);
  std::vector<std::int8_t> codes;
  for (std::int64_t i = element_count(shape); i > 0; --i) {
    codes.push_back(static_cast<std::int8_t>(r.between(-127, 127)));
  }
  return m->weights(shape, codes, {0.01F}, axis);
}

}  // namespace

// Banks of 4096 bytes hold two such rows of 2000 each, but not the residual's three.
TEST_CASE("rows of a 1-D network lie in banks of their own where one bank does not hold all") {
  ModelBuilder m;
  const int x = m.input({1, 1, 125, 16}, 0.05F, 3);
  const int wd = weights_of(&m, {1, 1, 5, 16}, 3);
  const int d = m.depthwise_conv(x, wd, -1, {}, 0.1F, -5);
  const int wc = weights_of(&m, {16, 1, 1, 16}, 0);
  const int c = m.conv(d, wc, -1, {}, 0.2F, 9);
  const int sum = m.add(x, c, {}, 0.21F, 1);
  m.mark_output(m.quantize(m.add(sum, d, {}, 0.3F, 0), 0.31F, -1));
  HwConfig config;
  config.act_mem_kib = 16;
  config.act_mem_pages = 1;
  for (const int banks : {4, 2}) {
    config.act_mem_banks = banks;
    config.act_mem_kib = 4 * banks;
    INFO(banks << " banks");
    require_agreement(m, config);
  }
}
