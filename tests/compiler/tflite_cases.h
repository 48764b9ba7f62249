// Models and checks that the tests of the .tflite importer share.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "compiler/import/tflite.h"
#include "hw_models/spec/error.h"
#include "tests/support/model_builder.h"

namespace vernier {

// Weights that are all different in a short range.
inline std::vector<std::int8_t> ramp(int count) {
  std::vector<std::int8_t> codes;
  for (int i = 0; i < count; ++i) codes.push_back(static_cast<std::int8_t>((i * 37) % 255 - 127));
  return codes;
}

// 1x6x6x3 -> CONV_2D 3x3 SAME -> 1x6x6x4: tensors input 0, weights 1, bias 2, output 3.
inline ModelBuilder conv_model(const OpOptions& options = {}) {
  ModelBuilder m;
  const int x = m.input({1, 6, 6, 3}, 0.5F, -3);
  const int w = m.weights({4, 3, 3, 3}, ramp(108), {0.1F, 0.2F, 0.05F, 0.025F});
  m.mark_output(m.conv(x, w, m.bias(x, w, {1, -2, 300, -4000}), options, 4.0F, 5));
  return m;
}

// 1x4x4x2 -> DEPTHWISE_CONV_2D 2x2, multiplier 3: tensors input 0, weights 1, bias 2, output 3.
inline ModelBuilder depthwise_model(OpOptions options = {}) {
  options.depth_multiplier = 3;
  ModelBuilder m;
  const int x = m.input({1, 4, 4, 2}, 0.25F, 7);
  const int w = m.weights({1, 2, 2, 6}, ramp(24), {0.1F, 0.2F, 0.3F, 0.4F, 0.5F, 0.6F}, 3);
  m.mark_output(m.depthwise_conv(x, w, m.bias(x, w, {1, 2, 3, 4, 5, 6}), options, 2.0F, 0));
  return m;
}

// 1x8 -> FULLY_CONNECTED -> 1x3: tensors input 0, weights 1, bias 2, output 3.
inline ModelBuilder fully_connected_model(const OpOptions& options = {}) {
  ModelBuilder m;
  const int x = m.input({1, 8}, 0.5F, 0);
  const int w = m.weights({3, 8}, ramp(24), {0.01F});
  m.mark_output(m.fully_connected(x, w, m.bias(x, w, {10, -20, 30}), options, 1.0F, 0));
  return m;
}

// 1x6x6x4 -> pool: tensors input 0, output 1.
inline ModelBuilder pool_model(const OpOptions& options, bool average = true) {
  ModelBuilder m;
  const int x = m.input({1, 6, 6, 4}, 0.5F, -3);
  m.mark_output(average ? m.average_pool(x, options) : m.max_pool(x, options));
  return m;
}

// 1x2x2x3 + 1x2x2x3: tensors 0 and 1, output 2.
inline ModelBuilder add_model() {
  ModelBuilder m;
  const int x = m.input({1, 2, 2, 3}, 0.5F, 1);
  const int y = m.input({1, 2, 2, 3}, 0.25F, -1);
  m.mark_output(m.add(x, y, {}, 0.75F, 0));
  return m;
}

// 1x2x2x3 -> RESHAPE: tensors input 0, shape 1, output 2.
inline ModelBuilder reshape_model(const Shape& shape = {1, 12}) {
  ModelBuilder m;
  m.mark_output(m.reshape(m.input({1, 2, 2, 3}, 0.5F, 1), shape));
  return m;
}

// 1x10 -> SOFTMAX: tensors 0 and 1.
inline ModelBuilder softmax_model(float scale = 0.1F) {
  ModelBuilder m;
  m.mark_output(m.softmax(m.input({1, 10}, scale, 24)));
  return m;
}

// 1x10 -> QUANTIZE: tensors 0 and 1.
inline ModelBuilder quantize_model(float from, float to) {
  ModelBuilder m;
  m.mark_output(m.quantize(m.input({1, 10}, from, 3), to, -4));
  return m;
}

// The operators of classifiers.
inline ModelBuilder network_model() {
  ModelBuilder m;
  OpOptions relu, valid, pool, unit;
  relu.activation = 1;
  valid.same = false;
  valid.depth_multiplier = 2;
  pool.filter_h = pool.filter_w = pool.stride_h = pool.stride_w = 2;
  unit.filter_h = unit.filter_w = 2;
  const int x = m.input({1, 6, 6, 3}, 0.5F, -3);
  const int w0 = m.weights({4, 3, 3, 3}, ramp(108), {0.1F, 0.2F, 0.05F, 0.025F});
  const int a = m.conv(x, w0, m.bias(x, w0, {1, -2, 300, -4000}), relu, 0.25F, -128);
  const int w1 = m.weights({1, 3, 3, 8}, ramp(72), std::vector<float>(8, 0.125F), 3);
  const int d = m.depthwise_conv(a, w1, m.bias(a, w1, std::vector<int>(8, 9)), valid, 1.0F, 4);
  const int w2 = m.weights({4, 1, 1, 8}, ramp(32), {0.5F});
  const int p = m.conv(d, w2, -1, {}, 2.0F, 0);
  const int q = m.quantize(p, 1.5F, 2);
  const int s = m.add(p, q, relu, 3.0F, -10);
  const int g = m.max_pool(m.average_pool(s, pool), unit);
  const int r = m.reshape(g, {1, -1});
  const int w3 = m.weights({5, 16}, ramp(80), {0.02F});
  m.mark_output(m.softmax(m.fully_connected(r, w3, m.bias(r, w3, {1, 2, 3, 4, 5}), {}, 0.2F, 1)));
  return m;
}

// The operators that network_model lacks: two inputs, one of float32; two outputs, one of float32.
inline ModelBuilder mixed_model() {
  ModelBuilder m;
  const int f = m.quantize(m.float_input({1, 3, 4, 2}), 0.05F, -3);
  const int x = m.transpose(m.input({1, 2, 3, 4}, 0.05F, -3), {0, 2, 3, 1});
  const int c = m.concatenation({f, x}, -1, 0.05F, -3);
  const int k = m.constant({4}, {5, -6, 7, 127}, 0.02F, 1);
  const int p = m.mul(m.pad(c, {0, 1, 0, 0}, {0, 0, 2, 0}), k, {}, 0.03F, 4);
  const int s = m.strided_slice(p, {0, 1, 0, 0}, {1, 4, 6, 4}, {1, 1, 2, 1});
  const int t = m.sub(m.tanh(s), m.logistic(s), {}, 0.02F, 0);
  const int r = m.resize_nearest(m.relu6(m.relu(t, 0.01F, -128), 0.02F, -128), 6, 5, false, true);
  const int l = m.leaky_relu(m.hard_swish(r, 0.015F, -100), 0.125F, 0.014F, -90);
  m.mark_output(l);
  m.mark_output(m.dequantize(m.mean(l, {1, 2}, false, 0.013F, -80)));
  return m;
}

inline Graph imported(const ModelBuilder& m) { return import_tflite(m.bytes(), "net.tflite"); }

// The model must be refused with this ID, exit code 3 and one printable line that has all parts.
inline void refused(const std::vector<std::uint8_t>& bytes, ErrorId id,
                    const std::vector<std::string>& parts, const ImportLimits& limits = {}) {
  try {
    import_tflite(bytes, "net.tflite", limits);
  } catch (const Error& e) {
    const std::string line = e.what();
    INFO(line);
    CHECK(std::string(error_info(e.id()).id) == error_info(id).id);
    CHECK(e.exit_code() == kExitRejected);
    CHECK(line.rfind(std::string("error[") + error_info(id).id + "]: net.tflite: ", 0) == 0);
    CHECK(std::all_of(line.begin(), line.end(), [](char c) { return c >= 0x20 && c < 0x7f; }));
    for (const auto& part : parts) CHECK_THAT(line, Catch::Contains(part));
    return;
  }
  FAIL("accepted; wanted " << error_info(id).id);
}
inline void refused(const ModelBuilder& m, ErrorId id, const std::vector<std::string>& parts) {
  refused(m.bytes(), id, parts);
}

}  // namespace vernier
