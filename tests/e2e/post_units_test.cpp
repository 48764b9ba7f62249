// The Verilated requantizer and shifter under POST's products, differences, means and unsigned
// codes: golden = cycle = units.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "compiler/compile.h"
#include "hw_models/cycle/core.h"
#include "sim/compare.h"
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

// Where each vector of an instruction is written, in order.
class Writes : public cycle::Observer {
 public:
  void write(std::int64_t, std::uint32_t pc, int bank, int offset, const std::uint8_t*,
             int) override {
    places[pc].emplace_back(bank, offset);
  }
  std::map<std::uint32_t, std::vector<std::pair<int, int>>> places;
};

}  // namespace

TEST_CASE("a wrong vector of a product or sum with a broadcast pixel names its element") {
  ModelBuilder m;
  const int x = m.input({1, 3, 5, 10}, 0.05F, 0);  // three blocks of channels in 4 lanes
  const int gate = m.constant({10}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0.03F, 0);
  m.mark_output(m.mul(x, gate, {}, 0.06F, 0));
  m.mark_output(m.add(x, gate, {}, 0.06F, 0));
  const Graph graph = import_tflite(m.bytes(), "units.tflite");
  const Program program = compiler::compile(graph, small_machine(), {});
  const auto decoded = cycle::decode_program(program, "units");
  const auto inputs = random_inputs(graph, 1, 3);
  auto image = cycle::dram_image(program);
  std::copy(inputs[0][0].bytes.begin(), inputs[0][0].bytes.end(),
            image.begin() + program.inputs[0].addr);
  Writes clean;
  cycle::RunOptions options;
  options.observer = &clean;
  cycle::Core::instance().run(decoded, &image, options);
  int instructions = 0;
  for (const auto& [pc, places] : clean.places) {
    const bool add = std::holds_alternative<insn::PostAdd>(decoded.insns[pc]);
    if (!add && !std::holds_alternative<insn::PostMul>(decoded.insns[pc])) continue;
    ++instructions;
    for (std::size_t v = 0; v < places.size(); ++v) {
      cycle::UnitsDivergence u;
      u.pc = pc;
      u.mismatch.unit = "vernier_requantizer";
      u.mismatch.vector = static_cast<int>(add ? 2 * v + 1 : v);  // ADD's operand goes first
      u.mismatch.lane = 0;
      const auto d = unit_divergence(program, decoded, u, 0);
      const auto& p = program.layers[static_cast<std::size_t>(d.layer)].place;
      const std::int64_t y = d.element / p.row_bytes;
      CAPTURE(v, d.element);
      REQUIRE(d.element >= 0);
      REQUIRE(places[v].first == (p.bank + y) % program.config.act_mem_banks);
      REQUIRE(places[v].second == p.base +
                                      (p.bank + y) / program.config.act_mem_banks * p.row_pitch +
                                      d.element % p.row_bytes);
    }
  }
  CHECK(instructions >= 2);
}

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

TEST_CASE("a network of copies and tables has nothing for the units, any other must reach them") {
  ModelBuilder copies;
  const int x = copies.input({1, 4, 5, 3}, 0.1F, 2);
  copies.mark_output(copies.pad(copies.relu(x, 0.1F, 2), {0, 1, 2, 0}, {0, 0, 1, 0}));
  ModelBuilder pool;
  pool.mark_output(pool.max_pool(pool.input({1, 4, 5, 3}, 0.1F, 2), {}));
  for (const auto* model : {&copies, &pool}) {
    const Graph graph = import_tflite(model->bytes(), "units.tflite");
    SimulationRequest request;
    request.graph = &graph;
    request.config = small_machine();
    request.levels.golden = request.levels.cycle = request.levels.units = true;
    request.inputs = random_inputs(graph, 1, 3);
    request.units.cache_dir = std::string(VERNIER_BINARY_DIR) + "/rtl_cache";
    request.units.quiet = true;
    SimulationResult result;
    simulate(request, &result);
    CHECK(result.divergences == 0);
    CHECK(result.elements_compared > 0);
    CHECK(drives_units(result.decoded) == (model == &pool));
    CHECK((result.unit_vectors > 0) == (model == &pool));
  }
}
