// A network small enough to be run thousands of times that has every operator the machine runs,
// packed and channel mode, several tiles, a residual and both kinds of RESHAPE.
#pragma once

#include "compiler/import/tflite.h"
#include "hw_models/spec/hw_config.h"
#include "tests/support/model_builder.h"
#include "tests/support/random_graph.h"

namespace vernier {

inline ModelBuilder small_network() {
  Random r(11);
  ModelBuilder m;
  const auto codes = [&r](int n) {
    std::vector<std::int8_t> list;
    for (int i = 0; i < n; ++i) list.push_back(static_cast<std::int8_t>(r.between(-127, 127)));
    return list;
  };
  const auto biases = [&r](int n) {
    std::vector<std::int32_t> list;
    for (int i = 0; i < n; ++i) list.push_back(r.between(-3000, 3000));
    return list;
  };
  OpOptions relu, dilated, strided, pool;
  dilated.dilation_w = 2;  // keeps the layer in channel mode
  relu.activation = 1;
  strided.stride_h = strided.stride_w = 2;
  pool.filter_h = pool.filter_w = 3;
  pool.stride_h = pool.stride_w = 2;
  const int x = m.input({1, 9, 8, 3}, 0.05F, -7);
  const int w0 = m.weights({6, 3, 3, 3}, codes(162), {0.011F, 0.012F, 0.013F, 0.01F, 0.02F, 0.03F});
  const int a = m.conv(x, w0, m.bias(x, w0, biases(6)), relu, 0.09F, -100);
  const int w1 = m.weights({6, 3, 3, 6}, codes(324), {0.01F});
  const int b = m.conv(a, w1, m.bias(a, w1, biases(6)), dilated, 0.2F, 3);
  const int s = m.add(a, b, relu, 0.25F, -128);
  const int w2 = m.weights({9, 3, 1, 6}, codes(162), {0.008F});
  const int c = m.conv(s, w2, -1, strided, 0.3F, 9);
  const int p = m.average_pool(m.max_pool(c, pool), pool);
  const int q = m.quantize(p, 0.21F, -20);
  const int moved = m.reshape(q, {1, 2, 9});
  const int flat = m.reshape(m.quantize(moved, 0.22F, 11), {1, 18});
  const int w3 = m.weights({5, 18}, codes(90), {0.01F});
  m.mark_output(m.softmax(m.fully_connected(flat, w3, m.bias(flat, w3, biases(5)), {}, 0.15F, 1)));
  return m;
}

// A machine on which it takes many tiles and split reductions.
inline HwConfig small_machine() {
  HwConfig c;
  c.name = "small";
  c.array_rows = c.array_cols = c.post_lanes = 4;
  c.act_mem_kib = 8;
  c.weight_mem_kib = 1;
  c.acc_mem_entries = 20;
  c.dram_bytes_per_cycle = 4;
  c.program_mem_kib = 2;
  return c;
}

}  // namespace vernier
