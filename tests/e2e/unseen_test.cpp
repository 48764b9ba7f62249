// Structures of whole networks that need the compiler's rarer ways, golden = cycle on machines that
// only just hold them.
#include <algorithm>
#include <catch2/catch.hpp>

#include "compiler/import/tflite.h"
#include "hw_models/spec/checker.h"
#include "sim/inputs.h"
#include "sim/simulation.h"
#include "tests/support/agreement.h"
#include "tests/support/model_builder.h"
#include "tests/support/random_graph.h"

using namespace vernier;

namespace {

void require_agreement(const ModelBuilder& model, const HwConfig& config) {
  vernier::require_agreement(model, config, 3, 1);
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

// Sums of an odd and an even number of taps, the least and the greatest that the two types have,
// and both ties: 6400 / 2 codes of -1 are -0.5 and round to -1.
TEST_CASE("an average over more taps than the reciprocal is exact for is exact") {
  for (const DType type : {DType::kInt8, DType::kUint8}) {
    for (const Shape& extent : {Shape{80, 80}, Shape{81, 79}, Shape{64, 128}, Shape{64, 64}}) {
      ModelBuilder m;
      const int x = m.input({1, extent[0], extent[1], 1}, 0.05F, 3, type);
      OpOptions pool;
      pool.same = false;
      pool.filter_h = extent[0];
      pool.filter_w = extent[1];
      m.mark_output(m.average_pool(x, pool));
      const Graph graph = import_tflite(m.bytes(), "unseen.tflite");
      const auto n = static_cast<std::size_t>(extent[0]) * static_cast<std::size_t>(extent[1]);
      SimulationRequest request;
      request.graph = &graph;
      request.levels.golden = request.levels.cycle = true;
      for (const int code : {0x00, 0x01, 0x7f, 0x80, 0x81, 0xfe, 0xff}) {
        for (const std::size_t some : {n, n / 2, n / 2 + 1, n / 2 - 1}) {
          InputSet set = random_inputs(graph, 1, 1)[0];
          set[0].bytes.assign(n, 0);
          std::fill_n(set[0].bytes.begin(), some, static_cast<std::uint8_t>(code));
          request.inputs.push_back(set);
        }
      }
      SimulationResult result;
      simulate(request, &result);
      INFO(extent[0] << " x " << extent[1] << ", " << (type == DType::kInt8 ? "int8" : "uint8"));
      if (result.divergences != 0) {
        FAIL(divergence_text(result.divergence, result.program, graph, result.decoded, ""));
      }
      CHECK(result.elements_compared > 0);
      CHECK_NOTHROW(check_program(result.program, "unseen"));
    }
  }
}

TEST_CASE("a large map that is enlarged to more than the memory holds streams") {
  ModelBuilder m;
  const int x = m.input({1, 24, 24, 16}, 0.05F, 3);
  const int y = m.resize_nearest(x, 48, 48);
  const int w = weights_of(&m, {8, 3, 3, 16}, 0);
  m.mark_output(m.conv(y, w, -1, {}, 0.3F, -5));
  m.mark_output(m.resize_nearest(x, 72, 24));
  HwConfig config;
  config.act_mem_kib = 16;
  config.acc_mem_entries = 64;
  require_agreement(m, config);
}

TEST_CASE("float planes larger than the memory become pixels row by row") {
  ModelBuilder m;
  const int x = m.quantize(m.float_input({1, 3, 96, 96}), 0.02F, -9);
  const int y = m.transpose(x, {0, 2, 3, 1});
  const int w = weights_of(&m, {8, 3, 3, 3}, 0);
  OpOptions strided;
  strided.stride_h = strided.stride_w = 2;
  m.mark_output(m.conv(y, w, -1, strided, 0.1F, -5));
  HwConfig config;
  config.act_mem_kib = 16;
  require_agreement(m, config);
}

// Rows of 1536 bytes in banks of 4096: three rings of four rows each do not fit, of two do.
TEST_CASE("a residual whose rings would not fit in whole turns of the banks gets shorter ones") {
  ModelBuilder m;
  const int x = m.input({1, 24, 32, 48}, 0.05F, 3);
  const int y = m.input({1, 24, 32, 48}, 0.04F, -3);
  m.mark_output(m.add(x, y, {}, 0.07F, 1));
  HwConfig config;
  config.act_mem_kib = 16;
  config.act_mem_pages = 1;
  require_agreement(m, config);
}

TEST_CASE("a mean over a map larger than the memory takes any number of channels at a time") {
  ModelBuilder m;
  const int x = m.input({1, 40, 40, 44}, 0.05F, 3);
  m.mark_output(m.mean(x, {1, 2}, true, 0.02F, -4));
  HwConfig config;
  config.act_mem_kib = 16;
  require_agreement(m, config);
}

TEST_CASE("planes that are a graph output and do not fit beside their pixels go row by row") {
  ModelBuilder m;
  const int x = m.input({1, 40, 36, 3}, 0.05F, 3);
  const int w = weights_of(&m, {6, 3, 3, 3}, 0);
  const int y = m.conv(x, w, -1, {}, 0.1F, -5);
  m.mark_output(m.transpose(y, {0, 3, 1, 2}));
  m.mark_output(m.quantize(m.transpose(x, {0, 3, 1, 2}), 0.06F, 131, DType::kUint8));
  HwConfig config;
  config.act_mem_kib = 16;
  for (const int banks : {1, 2, 4}) {
    config.act_mem_banks = banks;
    INFO(banks << " banks");
    require_agreement(m, config);
  }
}
