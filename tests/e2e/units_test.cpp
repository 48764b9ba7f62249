// golden = cycle = Verilated units on whole graphs, and faults in the RTL told with their place.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "hw_models/spec/error.h"
#include "sim/inputs.h"
#include "sim/simulation.h"
#include "tests/e2e/small_network.h"

using namespace vernier;

namespace {

UnitsOptions units_options() {
  UnitsOptions options;
  options.cache_dir = std::string(VERNIER_BINARY_DIR) + "/rtl_cache";
  options.quiet = true;
  return options;
}

SimulationRequest request_for(const Graph& graph, const HwConfig& config, int runs) {
  SimulationRequest request;
  request.graph = &graph;
  request.config = config;
  request.levels.golden = request.levels.cycle = request.levels.units = true;
  request.inputs = random_inputs(graph, runs, 3);
  request.units = units_options();
  return request;
}

// A machine of a geometry with the memories of a random one.
HwConfig machine(std::uint64_t seed, int rows, int cols, int lanes, int acc_bits) {
  HwConfig c = random_config(seed);
  c.array_rows = rows;
  c.array_cols = cols;
  c.post_lanes = lanes;
  c.mac_acc_bits = acc_bits;
  c.act_mem_kib = 128;
  return c;
}

// Random graphs until `wanted` of them have run; the rest is refused by the compiler.
void require_agreement(int rows, int cols, int lanes, int acc_bits, int wanted) {
  std::int64_t vectors = 0;
  int ran = 0;
  for (std::uint64_t seed = 9000; ran < wanted; ++seed) {
    REQUIRE(seed < 9000 + 2 * static_cast<std::uint64_t>(wanted));
    const HwConfig config = machine(seed, rows, cols, lanes, acc_bits);
    const Graph graph = import_tflite(random_graph(draw_recipe(seed, config)), "random.tflite");
    INFO("seed " << seed);
    SimulationResult result;
    try {
      simulate(request_for(graph, config, 1), &result);
    } catch (const Error& e) {
      INFO(e.what());
      REQUIRE((e.id() == ErrorId::CompileOp || e.id() == ErrorId::CompileFit));
      continue;
    }
    if (result.divergences != 0) {
      FAIL(divergence_text(result.divergence, result.program, graph, result.decoded, ""));
    }
    ++ran;
    vectors += result.unit_vectors;
  }
  CHECK(vectors > 1000);
}

// rtl/<module>.sv with `from` replaced by `to`, as an argument of --with.
std::string mutant(const std::string& module, const std::string& from, const std::string& to) {
  std::ifstream in(std::string(VERNIER_SOURCE_DIR) + "/rtl/" + module + ".sv");
  std::stringstream text;
  text << in.rdbuf();
  std::string s = text.str();
  const auto at = s.find(from);
  REQUIRE(at != std::string::npos);
  s.replace(at, from.size(), to);
  const std::string dir = std::string(VERNIER_BINARY_DIR) + "/e2e_mutants";
  std::filesystem::create_directories(dir);
  const std::string path = dir + "/" + module + ".sv";
  std::ofstream(path) << s;
  return module + "=" + path;
}

struct Finding {
  SimulationResult result;
  std::string text;
};

void run_mutant(const std::string& with, Finding* f) {
  const Graph graph = import_tflite(small_network().bytes(), "small.tflite");
  auto request = request_for(graph, small_machine(), 1);
  request.units.with = {with};
  simulate(request, &f->result);
  REQUIRE(f->result.divergences == 1);
  f->text = divergence_text(f->result.divergence, f->result.program, graph, f->result.decoded, "r");
  const auto& d = f->result.divergence;
  INFO(f->text);
  CHECK(d.kind == "unit");
  CHECK(d.layer == 0);
  CHECK(d.element >= 0);
  CHECK(d.want != d.got);
  CHECK(d.cycle > 0);
  REQUIRE(d.pc >= 0);
  const auto& timing = f->result.timing.timing[static_cast<std::size_t>(d.pc)];
  CHECK(d.cycle >= timing.start);
  CHECK_THAT(f->text, Catch::Contains("layer 0 CONV_2D"));
  CHECK_THAT(f->text, Catch::Contains(fmt::format("cycle {}", d.cycle)));
}

}  // namespace

TEST_CASE("random graphs agree through golden, cycle and Verilated units at 4 x 4") {
  require_agreement(4, 4, 4, 32, 25);
}

TEST_CASE("random graphs agree through golden, cycle and Verilated units at 8 x 16 with 2 lanes") {
  require_agreement(8, 16, 2, 20, 25);
}

TEST_CASE("a requantizer with another rounding constant is reported with layer, lane and stage") {
  Finding f;
  run_mutant(mutant("vernier_requantizer", "first = 64'sd1 <<< 30;", "first = 64'sd1 <<< 29;"), &f);
  const auto& d = f.result.divergence;
  CHECK(d.detail == "vernier_requantizer");
  CHECK(d.stage == "round");
  CHECK(d.lane >= 0);
  CHECK_THAT(f.text, Catch::Contains("post.drain"));
}

TEST_CASE("a MAC array with one PE's sign wrong is reported with that PE's row and column") {
  Finding f;
  run_mutant(mutant("vernier_mac_array", "g_row[r-1].sum[c] + ifmap_q * weight_q[c]",
                    "g_row[r-1].sum[c] + ((r == 2 && c == 1) ? -ifmap_q : ifmap_q) * weight_q[c]"),
             &f);
  const auto& d = f.result.divergence;
  CHECK(d.detail == "vernier_mac_array");
  CHECK(d.row == 2);
  CHECK(d.lane == 1);
  CHECK(d.element % 6 == 1);  // the column's output channel
  CHECK_THAT(f.text, Catch::Contains("PE row 2 col 1"));
  CHECK_THAT(f.text, Catch::Contains("mac.tile"));
}
