// bad_inputs.md T5 to the end: a model with any single bit flipped is rejected with an ID, or
// golden and the machine still agree.
#include <catch2/catch.hpp>
#include <set>

#include "hw_models/spec/error.h"
#include "sim/inputs.h"
#include "sim/simulation.h"
#include "tests/e2e/small_network.h"

using namespace vernier;

namespace {

// A convolution, a pool and a classifier: about 2,000 bytes.
ModelBuilder flipped_model() {
  ModelBuilder m;
  OpOptions relu, pool;
  relu.activation = 1;
  pool.filter_h = pool.filter_w = pool.stride_h = pool.stride_w = 2;
  const int x = m.input({1, 4, 4, 2}, 0.05F, -7);
  const int w0 = m.weights({3, 2, 2, 2}, std::vector<std::int8_t>(24, 17), {0.01F, 0.02F, 0.03F});
  const int a = m.conv(x, w0, m.bias(x, w0, {1, -200, 3000}), relu, 0.05F, -100);
  const int s = m.add(a, m.quantize(a, 0.04F, 2), {}, 0.1F, 5);
  const int p = m.reshape(m.average_pool(s, pool), {1, 12});
  const int w1 = m.weights({2, 12}, std::vector<std::int8_t>(24, -5), {0.02F});
  m.mark_output(m.softmax(m.fully_connected(p, w1, m.bias(p, w1, {9, -9}), {}, 0.1F, 1)));
  return m;
}

}  // namespace

TEST_CASE("a model with any one bit flipped is rejected with an ID or golden = cycle (T5)") {
  auto bytes = flipped_model().bytes();
  HwConfig config = small_machine();
  std::size_t rejected = 0, agreed = 0;
  std::set<ErrorId> ids;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1u << (bit % 8));
    bytes[bit / 8] ^= mask;
    INFO("bit " << bit << " of " << bytes.size() * 8);
    try {
      const Graph graph = import_tflite(bytes, "flipped.tflite");
      SimulationRequest request;
      request.graph = &graph;
      request.config = config;
      request.levels.golden = request.levels.cycle = true;
      request.inputs = random_inputs(graph, 1, bit);
      SimulationResult result;
      simulate(request, &result);
      INFO(divergence_text(result.divergence, result.program, graph, result.decoded, ""));
      REQUIRE(result.divergences == 0);
      REQUIRE(result.elements_compared > 0);
      ++agreed;
    } catch (const Error& e) {
      INFO(e.what());
      REQUIRE(e.exit_code() == kExitRejected);
      ids.insert(e.id());
      ++rejected;
    }
    bytes[bit / 8] ^= mask;
  }
  CHECK(agreed > 1000);
  CHECK(rejected > 1000);
  CHECK(ids.size() > 10);
}
