// Networks whose tensors do not fit the activation memory, one for each way through DRAM: golden =
// cycle for every element, the checker finds nothing, no two engines meet at the same bytes.
#include <catch2/catch.hpp>
#include <filesystem>

#include "compiler/compile.h"
#include "hw_models/spec/hw_config_io.h"
#include "hw_models/spec/shipped_files.h"
#include "tests/e2e/spill_cases.h"
#include "tests/support/model_builder.h"

using namespace vernier;

namespace {

HwConfig machine(int kib, int banks, int pages) {
  HwConfig c;
  c.name = "small";
  c.act_mem_kib = kib;
  c.act_mem_banks = banks;
  c.act_mem_pages = pages;
  c.array_rows = c.array_cols = c.post_lanes = 4;
  c.dram_bytes_per_cycle = 4;
  c.acc_mem_entries = 40;
  return c;
}

int conv(ModelBuilder* m, int x, int channels, int kernel, const OpOptions& o = {}) {
  const int in = m->tensors[static_cast<std::size_t>(x)].shape[3];
  std::vector<std::int8_t> codes;
  for (int i = 0; i < channels * kernel * kernel * in; ++i) {
    codes.push_back(static_cast<std::int8_t>(i * 37 % 255 - 127));
  }
  const int w = m->weights({channels, kernel, kernel, in}, codes, {0.01F});
  return m->conv(x, w, -1, o, 0.4F, 1);
}

// Agrees on machines of 1..8 banks and 1..4 pages; returns how many took it.
int check_everywhere(const ModelBuilder& m, const std::vector<int>& sizes) {
  int taken = 0;
  for (const int kib : sizes) {
    for (const int banks : {1, 2, 4, 8}) {
      for (const int pages : {1, 2, 4}) {
        INFO(kib << " KiB, " << banks << " banks, " << pages << " pages");
        const SpillOutcome o = run_spilled(m.bytes(), machine(kib, banks, pages), 1);
        INFO(o.text);
        CHECK_FALSE(o.failed);
        taken += o.refused ? 0 : 1;
      }
    }
  }
  return taken;
}

}  // namespace

TEST_CASE("a residual over a branch of four layers agrees on 1 to 4 KiB") {
  ModelBuilder m;
  const int x = m.input({1, 40, 6, 4}, 0.3F, 0);
  int y = x;
  for (int i = 0; i < 4; ++i) y = conv(&m, y, 4, 3);
  m.mark_output(m.add(x, y, {}, 0.5F, 0));
  CHECK(check_everywhere(m, {1, 2, 4}) >= 20);
}

TEST_CASE("a planar input is turned into pixels while it streams") {
  ModelBuilder m;
  const int x = m.transpose(m.input({1, 3, 40, 8}, 0.3F, -9), {0, 2, 3, 1});
  m.mark_output(conv(&m, conv(&m, x, 4, 3), 5, 3));
  CHECK(check_everywhere(m, {1, 2, 3}) >= 20);
}

TEST_CASE("a folded PAD, also behind the image alone, agrees and its tensor is compared") {
  for (const auto& [before, after] :
       {std::pair{1, 1}, std::pair{0, 1}, std::pair{2, 0}, std::pair{0, 3}}) {
    for (const int rows : {0, 1}) {
      INFO("before " << before << ", after " << after << ", rows " << rows);
      ModelBuilder m;
      const int x = conv(&m, m.input({1, 30, 6, 4}, 0.3F, -9), 4, 1);
      const int p = m.pad(x, {0, before * rows, before, 0}, {0, after * rows, after, 0});
      OpOptions o;
      o.same = false;
      o.stride_h = o.stride_w = 2;
      m.mark_output(conv(&m, p, 5, 3, o));
      CHECK(check_everywhere(m, {1, 3}) >= 15);
    }
  }
}

TEST_CASE("constant operands, whole or one vector, agree while the other operand streams") {
  ModelBuilder m;
  const int x = conv(&m, m.input({1, 30, 6, 4}, 0.3F, -9), 4, 1);
  std::vector<int> codes;
  for (int i = 0; i < 720; ++i) codes.push_back(i % 251 - 120);
  const int whole = m.constant({1, 30, 6, 4}, codes, 0.2F, 3);
  const int vector = m.constant({1, 1, 1, 4}, {-100, 7, 90, 33}, 0.1F, 0);
  m.mark_output(m.mul(m.add(x, whole, {}, 0.5F, 0), vector, {}, 0.4F, 0));
  CHECK(check_everywhere(m, {1, 2}) >= 15);
}

TEST_CASE(
    "outputs in the middle, read on by later groups, and inputs that are outputs all arrive") {
  ModelBuilder m;
  const int x = m.input({1, 30, 8, 4}, 0.3F, -9);
  const int a = conv(&m, x, 8, 3);
  const int mean = m.mean(a, {1, 2}, true, 0.3F, 0);
  const int y = m.mul(a, mean, {}, 0.6F, 0);
  m.mark_output(a);
  m.mark_output(m.reshape(x, {1, 30, 4, 8}));
  m.mark_output(conv(&m, y, 3, 3));
  m.mark_output(mean);
  CHECK(check_everywhere(m, {1, 2, 4}) >= 20);
}

TEST_CASE("a pool over an image that does not fit agrees in slices of its channels") {
  for (const bool average : {false, true}) {
    ModelBuilder m;
    OpOptions o;
    o.same = false;
    o.filter_h = o.filter_w = 16;
    const int x = conv(&m, m.input({1, 16, 16, 1}, 0.3F, -9), 8, 1);
    m.mark_output(average ? m.average_pool(x, o) : m.max_pool(x, o));
    CHECK(check_everywhere(m, {2, 3}) >= 12);
  }
}

TEST_CASE("MobileNetV2 streams through little activation memory, every tensor compared") {
  const std::string file = std::string(VERNIER_SOURCE_DIR) +
                           "/../shared/models/mobilenet/mobilenet_v2_quantized_1x3x224x224.tflite";
  if (!std::filesystem::exists(file)) {
    WARN("SKIPPED: " << file << " is absent");
    return;
  }
  const Graph graph = import_tflite_file(file);
  std::vector<HwConfig> machines(3);
  machines[1].act_mem_kib = 64;
  machines[2] = find_config("tiny");
  for (const auto& config : machines) {
    INFO(config.name << ", " << config.act_mem_kib << " KiB");
    SimulationRequest request;
    request.graph = &graph;
    request.config = config;
    request.levels.golden = request.levels.cycle = true;
    request.inputs = random_inputs(graph, 1, 7);
    SimulationResult result;
    simulate(request, &result);
    INFO(divergence_text(result.divergence, result.program, graph, result.decoded, ""));
    CHECK(result.divergences == 0);
    CHECK(result.tensors_compared == static_cast<std::int64_t>(graph.ops.size()));
    CHECK(result.elements_compared == written_elements(graph));
    CHECK_NOTHROW(check_program(result.program, config.name));
    CHECK(Hazards::of(result.program) == "");
    WARN(config.name << ", " << config.act_mem_kib << " KiB: " << result.timing.cycles
                     << " cycles");
  }
}

// [1, 1, width, channels] through two convolutions along the row, a residual and a pool.
static ModelBuilder one_row(int width, int channels, const std::vector<int>& mean_axes = {}) {
  ModelBuilder m;
  const auto filter = [&](int in, int out, int taps, bool depthwise) {
    std::vector<std::int8_t> codes;
    for (int i = 0; i < (depthwise ? 1 : out) * taps * in; ++i) {
      codes.push_back(static_cast<std::int8_t>(i * 53 % 255 - 127));
    }
    return depthwise ? m.weights({1, 1, taps, in}, codes, {0.01F}, 3)
                     : m.weights({out, 1, taps, in}, codes, {0.01F});
  };
  OpOptions halves;
  halves.stride_w = 2;
  const int x = m.input({1, 1, width, 1}, 0.5F, 3);
  const int y = m.conv(x, filter(1, channels, 5, false), -1, halves, 0.4F, -2);
  const int z = m.depthwise_conv(y, filter(channels, channels, 3, true), -1, {}, 0.3F, 5);
  const int s =
      m.add(y, m.conv(z, filter(channels, channels, 1, false), -1, {}, 0.4F, 1), {}, 0.7F, 0);
  OpOptions window;
  window.same = false;
  window.filter_w = 4;
  window.stride_w = 4;
  const int pooled = m.max_pool(s, window);
  m.mark_output(mean_axes.empty() ? pooled : m.mean(pooled, mean_axes, true, 0.2F, 4));
  return m;
}

TEST_CASE("a row longer than a bank runs with its pixels as rows") {
  HwConfig config = machine(4, 4, 4);  // banks of 1,024 bytes
  for (const int width : {64, 256, 1000, 4001}) {
    const auto m = one_row(width, 24);
    const SpillOutcome o = run_spilled(m.bytes(), config, static_cast<std::uint64_t>(width));
    INFO("width " << width << ": " << o.text);
    CHECK_FALSE(o.failed);
    CHECK_FALSE(o.refused);
    CHECK(o.elements == written_elements(import_tflite(m.bytes(), "row.tflite")));
  }
}

TEST_CASE("a mean over a row that became rows is the mean over the model's axes") {
  for (const auto& axes : {std::vector<int>{1, 2}, {2}, {1}, {3}}) {
    const auto m = one_row(2000, 24, axes);
    const SpillOutcome o = run_spilled(m.bytes(), machine(4, 4, 4), 5);
    INFO("first axis " << axes.front() << ": " << o.text);
    CHECK_FALSE(o.failed);
    CHECK_FALSE(o.refused);
    CHECK(o.elements == written_elements(import_tflite(m.bytes(), "row.tflite")));
  }
}

TEST_CASE("layers whose pixels became rows keep the shapes of the model") {
  const Graph graph = import_tflite(one_row(4001, 24).bytes(), "row.tflite");
  const Program p = compiler::compile(graph, machine(4, 4, 4));
  CHECK(p.layers.front().shape_in == Shape{1, 1, 4001, 1});
  CHECK(p.layers.front().shape_out == Shape{1, 1, 2001, 24});
  CHECK(p.layers.front().place.rows == 2001);
  // Where the row fits, nothing is turned.
  const Graph shorter = import_tflite(one_row(256, 24).bytes(), "row.tflite");
  CHECK(compiler::compile(shorter, HwConfig{}).layers.front().place.rows == 1);
}
