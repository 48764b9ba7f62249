// The operators that POST does alone, graph by graph: golden = cycle for every element, and the
// static checker has nothing to say.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "hw_models/spec/checker.h"
#include "sim/inputs.h"
#include "sim/simulation.h"
#include "tests/e2e/small_network.h"
#include "tests/support/agreement.h"

using namespace vernier;

namespace {

// Machines of one lane, of few, of the default, and with one bank or one page.
std::vector<HwConfig> machines() {
  HwConfig one = small_machine(), wide, flat;
  one.post_lanes = 1;
  one.act_mem_kib = 16;
  flat.act_mem_banks = 1;
  flat.act_mem_pages = 4;
  flat.post_lanes = 8;
  return {one, wide, flat};
}

// Runs the network on all machines and returns the layers of the last program.
std::vector<LayerInfo> require_agreement(const ModelBuilder& model,
                                         const std::vector<HwConfig>& list = machines()) {
  std::vector<LayerInfo> layers;
  for (const HwConfig& config : list) layers = vernier::require_agreement(model, config, 2, 5);
  return layers;
}

std::vector<int> ramp(int n, int step, int least, int most) {
  std::vector<int> codes;
  for (int i = 0; i < n; ++i) codes.push_back(least + i * step % (most - least + 1));
  return codes;
}

constexpr DType kTypes[] = {DType::kInt8, DType::kUint8};
int zero_of(DType type, int signed_zero) {
  return type == DType::kUint8 ? signed_zero + 128 : signed_zero;
}

}  // namespace

TEST_CASE("pools, softmax and sums of uint8 agree") {
  OpOptions valid, same;
  valid.same = false;
  valid.filter_h = 3;
  valid.filter_w = 2;
  same.filter_h = same.filter_w = 3;
  same.stride_h = same.stride_w = 2;
  for (const DType type : kTypes) {
    ModelBuilder m;
    const int x = m.input({1, 7, 6, 5}, 0.07F, zero_of(type, -9), type);
    m.mark_output(m.average_pool(x, valid));
    m.mark_output(m.average_pool(x, same));
    m.mark_output(m.max_pool(x, same));
    m.mark_output(m.softmax(x, 1.0F));
    m.mark_output(m.softmax(x, 0.3F));
    const int y = m.quantize(x, 0.11F, zero_of(type, 40), type);
    OpOptions relu6;
    relu6.activation = 3;
    m.mark_output(m.add(x, y, {}, 0.15F, zero_of(type, 3)));
    m.mark_output(m.add(y, x, relu6, 0.02F, zero_of(type, -128)));
    m.mark_output(m.sub(x, y, {}, 0.13F, zero_of(type, 3)));
    m.mark_output(m.sub(y, x, relu6, 0.02F, zero_of(type, -100)));
    m.mark_output(m.add(x, x, {}, 0.1F, zero_of(type, 0)));
    m.mark_output(m.mul(x, y, {}, 0.4F, zero_of(type, 7)));
    m.mark_output(m.mul(x, x, relu6, 0.03F, zero_of(type, -128)));
    require_agreement(m);
  }
}

TEST_CASE("codes change between int8 and uint8 and between scales") {
  for (const DType from : kTypes) {
    for (const DType to : kTypes) {
      ModelBuilder m;
      const int x = m.input({1, 3, 5, 7}, 0.05F, zero_of(from, 12), from);
      m.mark_output(m.quantize(x, 0.05F, zero_of(to, 12), to));
      m.mark_output(m.quantize(x, 0.031F, zero_of(to, -128), to));
      m.mark_output(m.quantize(x, 0.9F, zero_of(to, 127), to));
      require_agreement(m);
    }
  }
}

TEST_CASE("unary operators are tables") {
  for (const DType type : kTypes) {
    ModelBuilder m;
    const int x = m.input({1, 4, 5, 3}, 0.04F, zero_of(type, -20), type);
    m.mark_output(m.relu(x, 0.04F, zero_of(type, -20)));
    m.mark_output(m.relu(x, 0.021F, zero_of(type, -128)));
    m.mark_output(m.relu6(x, 0.04F, zero_of(type, -20)));
    m.mark_output(m.leaky_relu(x, 0.3F, 0.05F, zero_of(type, 4)));
    m.mark_output(m.leaky_relu(x, -1.7F, 0.05F, zero_of(type, 4)));
    m.mark_output(m.hard_swish(x, 0.03F, zero_of(type, -60)));
    m.mark_output(m.logistic(x));
    m.mark_output(m.tanh(x));
    for (const auto& layer : require_agreement(m)) CHECK(layer.mapping == "vector");
  }
}

TEST_CASE("means over every choice of dimensions agree, kept or not") {
  for (const DType type : kTypes) {
    for (int choice = 1; choice < 8; ++choice) {
      for (const bool keep : {true, false}) {
        std::vector<int> axes;
        for (int d = 0; d < 3; ++d) {
          if ((choice >> d & 1) != 0) axes.push_back(d + 1);
        }
        INFO("choice " << choice << ", keep " << keep);
        ModelBuilder m;
        const int x = m.input({1, 5, 7, 18}, 0.1F, zero_of(type, 31), type);
        m.mark_output(m.mean(x, axes, keep, 0.083F, zero_of(type, -5)));
        require_agreement(m);
      }
    }
  }
}

TEST_CASE("a mean feeds a fully connected layer, a sequence is averaged over time") {
  ModelBuilder m;
  const int x = m.input({1, 6, 6, 20}, 0.1F, -3);
  const int pooled = m.mean(x, {1, 2}, true, 0.05F, 11);
  const int w = m.weights({4, 20}, std::vector<std::int8_t>(80, 3), {0.01F});
  m.mark_output(m.fully_connected(m.reshape(pooled, {1, 20}), w, -1, {}, 0.2F, 0));
  require_agreement(m);
  ModelBuilder sequence;
  const int t = sequence.input({1, 49, 12}, 0.1F, -3);
  sequence.mark_output(sequence.mean(t, {1}, false, 0.05F, 11));
  require_agreement(sequence);
}

TEST_CASE("padding before and behind every dimension agrees") {
  const std::vector<std::pair<std::vector<int>, std::vector<int>>> pads = {
      {{0, 1, 1, 0}, {0, 1, 1, 0}},  {{0, 0, 0, 0}, {0, 1, 1, 0}}, {{0, 2, 0, 0}, {0, 0, 0, 0}},
      {{0, 0, 3, 0}, {0, 0, 0, 0}},  {{0, 0, 0, 1}, {0, 0, 0, 2}}, {{0, 1, 2, 3}, {0, 3, 2, 1}},
      {{0, 0, 0, 0}, {0, 0, 0, 17}}, {{0, 0, 0, 0}, {0, 0, 0, 0}},
  };
  for (const auto& [before, after] : pads) {
    for (const int channels : {1, 3, 16, 21}) {
      INFO(fmt::format("{} channels, before {}, behind {}", channels, fmt::join(before, " "),
                       fmt::join(after, " ")));
      ModelBuilder m;
      const int x = m.input({1, 4, 5, channels}, 0.1F, -77);
      m.mark_output(m.pad(x, before, after));
      m.mark_output(m.relu(x, 0.1F, -77));
      require_agreement(m);
    }
  }
  ModelBuilder flat;
  const int x = flat.input({1, 9}, 0.1F, 5);
  flat.mark_output(flat.pad(x, {0, 2}, {0, 1}));
  flat.mark_output(flat.pad(flat.reshape(x, {1, 3, 3}), {0, 1, 0}, {0, 0, 2}));
  require_agreement(flat);
}

TEST_CASE("every permutation of four dimensions agrees") {
  std::vector<int> perm{0, 1, 2, 3};
  do {
    for (const Shape& shape : {Shape{1, 5, 6, 7}, Shape{1, 3, 20, 17}}) {
      if (perm[0] != 0 && shape[1] == 3) continue;
      INFO("perm " << fmt::format("{}", fmt::join(perm, " ")));
      ModelBuilder m;
      const int x = m.input(shape, 0.1F, 3);
      m.mark_output(m.transpose(x, perm));
      // Not a graph input: planes cannot be interleaved by LOAD.
      m.mark_output(m.transpose(m.relu(x, 0.1F, 3), perm));
      require_agreement(m);
    }
  } while (std::next_permutation(perm.begin(), perm.end()));
}

TEST_CASE("planes become pixels and pixels planes around a convolution") {
  ModelBuilder m;
  const int x = m.input({1, 3, 12, 10}, 0.1F, 3);
  const int image = m.transpose(x, {0, 2, 3, 1});
  const int w = m.weights({5, 3, 3, 3}, std::vector<std::int8_t>(135, 2), {0.02F});
  m.mark_output(m.transpose(m.conv(image, w, -1, {}, 0.3F, 4), {0, 3, 1, 2}));
  require_agreement(m);
}

TEST_CASE("concatenation along every axis, of inputs and constants") {
  for (const DType type : kTypes) {
    for (int axis = 1; axis < 4; ++axis) {
      Shape a{1, 4, 5, 6}, b = a, c = a;
      b[static_cast<std::size_t>(axis)] = 3;
      c[static_cast<std::size_t>(axis)] = 1;
      ModelBuilder m;
      const int zero = zero_of(type, 9);
      const int n = static_cast<int>(element_count(c));
      const int least = type == DType::kUint8 ? 0 : -128;
      m.mark_output(
          m.concatenation({m.input(a, 0.2F, zero, type), m.input(b, 0.2F, zero, type),
                           m.constant(c, ramp(n, 7, least, least + 255), 0.2F, zero, type),
                           m.input(b, 0.2F, zero, type)},
                          axis, 0.2F, zero));
      INFO("axis " << axis);
      require_agreement(m);
    }
  }
}

TEST_CASE("slices with steps agree") {
  ModelBuilder m;
  const int x = m.input({1, 9, 10, 12}, 0.1F, 3);
  m.mark_output(m.strided_slice(x, {0, 1, 2, 3}, {1, 8, 10, 12}, {1, 1, 1, 1}));
  m.mark_output(m.strided_slice(x, {0, 0, 1, 0}, {1, 9, 10, 12}, {1, 2, 3, 1}));
  m.mark_output(m.strided_slice(x, {0, 0, 0, 1}, {1, 9, 10, 12}, {1, 1, 1, 5}));
  m.mark_output(m.strided_slice(x, {0, 3, 4, 5}, {1, 4, 5, 6}, {1, 1, 1, 1}));
  m.mark_output(m.strided_slice(x, {0, 0, 0, 0}, {1, 9, 10, 12}, {1, 8, 9, 11}));
  m.mark_output(m.strided_slice(x, {0, 0, 0, 0}, {1, 9, 10, 12}, {1, 1, 1, 1}));
  for (const int dropped : {1 << 1, 1 << 2, 1 << 3, 1 << 0, (1 << 1) + (1 << 3)}) {
    OpOptions drop;
    drop.shrink_axis_mask = dropped;
    m.mark_output(m.strided_slice(x, {0, 4, 5, 6}, {1, 9, 10, 12}, {1, 1, 1, 1}, drop));
  }
  require_agreement(m);
}

TEST_CASE("nearest neighbours agree, larger, smaller and in between") {
  const std::vector<std::pair<int, int>> sizes = {{10, 14}, {15, 7}, {5, 21},  {2, 3},
                                                  {1, 1},   {7, 9},  {20, 28}, {13, 11}};
  for (const auto& [height, width] : sizes) {
    for (const bool corners : {false, true}) {
      for (const bool centers : {false, true}) {
        if (corners && centers) continue;
        INFO(height << " x " << width << ", corners " << corners << ", centers " << centers);
        ModelBuilder m;
        const int x = m.input({1, 5, 7, 6}, 0.1F, 3);
        m.mark_output(m.resize_nearest(x, height, width, corners, centers));
        m.mark_output(m.relu(x, 0.1F, 3));
        require_agreement(m);
      }
    }
  }
}

TEST_CASE("operands broadcast from either side, computed or constant") {
  for (const DType type : kTypes) {
    const int zero = zero_of(type, 20);
    const int least = type == DType::kUint8 ? 0 : -128;
    for (const int channels : {1, 5, 16, 40}) {
      const Shape whole{1, 4, 6, channels}, pixel{1, 1, 1, channels};
      const int n = static_cast<int>(element_count(whole));
      ModelBuilder m;
      const int x = m.input(whole, 0.05F, zero, type);
      const int gate = m.input(pixel, 0.02F, zero_of(type, -50), type);
      const int vector = m.constant({channels}, ramp(channels, 37, least, least + 255), 0.03F,
                                    zero_of(type, 1), type);
      const int scalar = m.constant({1}, {least + 200}, 0.011F, zero_of(type, 99), type);
      const int image = m.constant(whole, ramp(n, 41, least, least + 255), 0.06F, zero, type);
      for (const int y : {gate, vector, scalar, image}) {
        m.mark_output(m.mul(x, y, {}, 0.1F, zero_of(type, 2)));
        m.mark_output(m.mul(y, x, {}, 0.1F, zero_of(type, 2)));
        m.mark_output(m.add(x, y, {}, 0.1F, zero_of(type, 2)));
        m.mark_output(m.add(y, x, {}, 0.1F, zero_of(type, 2)));
        m.mark_output(m.sub(x, y, {}, 0.1F, zero_of(type, 2)));
        m.mark_output(m.sub(y, x, {}, 0.1F, zero_of(type, 2)));
      }
      INFO("channels " << channels);
      require_agreement(m);
    }
  }
}

TEST_CASE("floats at both ends are codes in between") {
  ModelBuilder m;
  const int f = m.float_input({1, 4, 4, 3});
  const int x = m.quantize(f, 0.02F, -4);
  const int y = m.relu(x, 0.02F, -4);
  m.mark_output(m.dequantize(y));
  m.mark_output(m.dequantize(m.tanh(y)));
  const auto layers = require_agreement(m);
  CHECK(layers.front().mapping == "boundary");
  CHECK(layers.back().mapping == "boundary");
}

TEST_CASE("movements and elementwise operators go row by row where tensors do not fit") {
  ModelBuilder m;
  const int x = m.input({1, 60, 16, 8}, 0.05F, -4);  // 7,680 bytes in a memory of 8 KiB
  const int gate = m.constant({8}, ramp(8, 37, -128, 127), 0.03F, 1);
  const int y = m.mul(m.relu(x, 0.05F, -4), gate, {}, 0.04F, 9);
  const int padded = m.pad(y, {0, 2, 1, 0}, {0, 1, 2, 3});
  const int both = m.concatenation({padded, padded}, 3, 0.04F, 9);
  const int half = m.strided_slice(both, {0, 1, 0, 2}, {1, 63, 19, 22}, {1, 2, 3, 1});
  m.mark_output(m.mean(half, {2}, true, 0.04F, 3));
  HwConfig c = small_machine();
  require_agreement(m, {c});
  ModelBuilder planes;
  planes.mark_output(
      planes.tanh(planes.transpose(planes.input({1, 8, 60, 16}, 0.05F, 3), {0, 2, 3, 1})));
  require_agreement(planes, {c});
}
