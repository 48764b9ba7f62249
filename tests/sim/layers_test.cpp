// The rows of the report: what must hold of every layer, and in which layer a lane-cycle counts.
#include "sim/layers.h"

#include <catch2/catch.hpp>

#include "compiler/compile.h"
#include "sim/energy_table.h"
#include "tests/e2e/small_network.h"

using namespace vernier;

namespace {

Summary summary_of(const Graph& graph, const HwConfig& config) {
  compiler::CompileOptions options;
  options.timing_only = true;
  const Program program = compiler::compile(graph, config, options);
  const auto decoded = cycle::decode_program(program, "layers");
  cycle::RunOptions run;
  run.data = false;
  const auto timing = cycle::Core::instance().run(decoded, nullptr, run);
  return summarize(decoded, timing, find_energy_table("45nm"));
}

// Two convolutions, the second so wide that its first tile works while the last tile of the first
// one drains through few lanes.
Graph overlapping_layers() {
  ModelBuilder m;
  const std::vector<std::int8_t> ones(16 * 16, 1);
  const int x = m.input({1, 16, 16, 16}, 0.05F, 0);
  const int w = m.weights({16, 1, 1, 16}, ones, {0.01F});
  const int a = m.conv(x, w, -1, {}, 0.1F, 0);
  const int b = m.conv(a, w, -1, {}, 0.2F, 0);
  m.mark_output(b);
  return import_tflite(m.bytes(), "overlap.tflite");
}

}  // namespace

TEST_CASE(
    "a lane-cycle counts in the layer in whose cycles it works, so none are stalled below 0") {
  HwConfig config;
  config.post_lanes = 4;
  config.acc_mem_entries = 64;
  const Graph graph = overlapping_layers();
  const Summary s = summary_of(graph, config);
  const std::int64_t lanes = std::int64_t{config.array_rows} * config.array_cols;
  bool moved = false;
  for (const auto& row : s.rows) {
    const auto& a = row.activity;
    CHECK(a.lanes_active >= 0);
    CHECK(a.lanes_zero >= 0);
    CHECK(a.lanes_padded >= 0);
    CHECK(row.lanes_stalled >= 0);
    CHECK(a.lanes_active + a.lanes_zero + a.lanes_padded <= lanes * row.split.compute);
    moved = moved || a.lanes_active + a.lanes_zero != row.macs;
  }
  CHECK(moved);  // some tile did run in the cycles of the layer in front
  CHECK(s.total.activity.lanes_active + s.total.activity.lanes_zero == s.total.macs);
}

TEST_CASE("the layers of a network with every operator close all their sums on few lanes") {
  HwConfig config = small_machine();
  const Graph graph = import_tflite(small_network().bytes(), "small.tflite");
  for (const int lanes : {1, 2, 4}) {
    config.post_lanes = lanes;
    const Summary s = summary_of(graph, config);
    CHECK(s.rows.size() == graph.ops.size());
    for (const auto& row : s.rows) CHECK(row.lanes_stalled >= 0);
  }
}

TEST_CASE(
    "a depthwise layer's lane-cycles are its taps inside, taps outside and the rest of its "
    "cycles") {
  for (const int stride : {1, 2}) {
    for (const int rows : {4, 16}) {
      ModelBuilder m;
      OpOptions o;
      o.stride_h = o.stride_w = stride;
      const int height = 7, width = 9, channels = 20;
      const int x = m.input({1, height, width, channels}, 0.05F, 0);
      const int w = m.weights({1, 3, 3, channels},
                              std::vector<std::int8_t>(static_cast<std::size_t>(9 * channels), 1),
                              {0.01F}, 3);
      m.mark_output(m.depthwise_conv(x, w, -1, o, 0.1F, 0));
      const Graph graph = import_tflite(m.bytes(), "depthwise.tflite");
      const auto& attrs = graph.ops[0].attrs;
      const Hwc out = hwc(graph.tensor(graph.outputs[0]).shape);
      std::int64_t inside = 0;
      for (int y = 0; y < out.h * 3; ++y) {
        for (int t = 0; t < out.w * 3; ++t) {
          const int iy = y / 3 * stride - attrs.pad_top + y % 3;
          const int ix = t / 3 * stride - attrs.pad_left + t % 3;
          if (iy >= 0 && iy < height && ix >= 0 && ix < width) inside += channels;
        }
      }
      HwConfig config;
      config.array_rows = rows;
      const Summary s = summary_of(graph, config);
      const auto& row = s.rows[0];
      CAPTURE(stride, rows);
      CHECK(row.activity.lanes_active == inside);
      CHECK(row.activity.lanes_zero == std::int64_t{9} * out.h * out.w * channels - inside);
      CHECK(row.activity.macs == row.macs);
      // All lanes of every cycle in which the feeder reads, window fills included.
      CHECK(row.activity.lanes_active + row.activity.lanes_zero + row.activity.lanes_padded ==
            std::int64_t{rows} * config.array_cols * row.split.compute);
      CHECK(row.split.compute >= 2 * out.h * out.w * (rows == 4 ? 3 : 1));
      CHECK(row.bound_cycles <= row.split.compute);
      CHECK(row.bound_cycles <= row.cycles);
    }
  }
}
