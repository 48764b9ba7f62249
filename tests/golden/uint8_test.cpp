// uint8 codes: activations 0..255, weights with a zero point of their own.
#include <catch2/catch.hpp>

#include "hw_models/golden/explain.h"
#include "tests/golden/small_graph.h"

using namespace vernier;
using Codes = std::vector<int>;

namespace {

constexpr DType kByte = DType::kUint8;

// The last value that explain gives for each element of the output.
Codes explained(const SmallGraph& g, const std::vector<std::vector<int>>& inputs) {
  const Graph graph = g.graph();
  const auto values = g.values(inputs);
  Codes last;
  for (std::int64_t e = 0; e < element_count(graph.tensor(graph.outputs[0]).shape); ++e) {
    last.push_back(static_cast<int>(golden::explain(graph, graph.ops[0], values, e).back().value));
  }
  return last;
}

}  // namespace

TEST_CASE("uint8 convolutions subtract the zero point of their weights") {
  SmallGraph conv(OpType::Conv);
  conv.input({1, 1, 2, 2}, {1.0F, 128}, kByte)
      .constant({1, 1, 2, 2}, {255, 0, 100, 101}, {1.0F, 100}, kByte);
  conv.bias({7}).output({1, 1, 1, 1}, {256.0F, 10}, kByte);
  conv.attrs().filter_w = 2;
  // 155 * 127 - 100 * -128 + 0 * 1 + 1 * -1 + 7 = 32491; / 256 = 126.9
  const Codes in{255, 0, 129, 127};
  CHECK(conv.run({in}) == Codes{137});
  CHECK(explained(conv, {in}) == Codes{137});

  SmallGraph depthwise(OpType::DepthwiseConv);
  depthwise.input({1, 1, 2, 2}, {1.0F, 128}, kByte)
      .constant({1, 1, 2, 2}, {255, 0, 100, 101}, {1.0F, 100}, kByte);
  depthwise.bias({7, -7}).output({1, 1, 1, 2}, {256.0F, 10}, kByte);
  depthwise.attrs().filter_w = 2;
  // 155 * 127 + 0 + 7 = 19692 and -100 * -128 - 1 - 7 = 12792
  CHECK(depthwise.run({in}) == Codes{87, 60});
  CHECK(explained(depthwise, {in}) == Codes{87, 60});

  SmallGraph full(OpType::FullyConnected);
  full.input({1, 4}, {1.0F, 128}, kByte).constant({1, 4}, {255, 0, 100, 101}, {1.0F, 100}, kByte);
  full.bias({7}).output({1, 1}, {256.0F, 10}, kByte);
  CHECK(full.run({in}) == Codes{137});
  CHECK(explained(full, {in}) == Codes{137});
}

TEST_CASE("padding of a uint8 convolution is the zero point of its input") {
  SmallGraph g(OpType::Conv);
  g.input({1, 1, 1, 1}, {1.0F, 200}, kByte).constant({1, 1, 3, 1}, {9, 1, 255}, {1.0F, 3}, kByte);
  g.no_bias().output({1, 1, 1, 1}, {1.0F, 50}, kByte);
  g.attrs().filter_w = 3;
  g.attrs().pad_left = g.attrs().pad_right = 1;
  CHECK(g.run({{190}}) == Codes{70});  // (1 - 3) * (190 - 200) + 50
}

TEST_CASE("int8 weights have no zero point in a convolution") {
  SmallGraph g(OpType::Conv);
  g.input({1, 1, 1, 1}).constant({1, 1, 1, 1}, {3}, {1.0F, 100}).no_bias();
  g.output({1, 1, 1, 1});
  CHECK(g.run({{5}}) == Codes{15});
}

TEST_CASE("uint8 codes end at 0 and 255, RELU at the zero point") {
  SmallGraph g(OpType::Conv);
  g.input({1, 1, 3, 1}, {1.0F, 128}, kByte).constant({1, 1, 1, 1}, {4}, {1.0F, 1}, kByte);
  g.no_bias().output({1, 1, 3, 1}, {1.0F, 20}, kByte);
  CHECK(g.run({{0, 130, 255}}) == Codes{0, 26, 255});
  g.attrs().activation = Activation::kRelu;
  CHECK(g.run({{0, 130, 255}}) == Codes{20, 26, 255});
  g.attrs().activation = Activation::kRelu6;
  CHECK(g.run({{0, 131, 255}}) == Codes{20, 26, 26});
}

TEST_CASE("a uint8 average rounds halves up, an int8 average of the same values down") {
  SmallGraph u(OpType::AveragePool), s(OpType::AveragePool);
  u.input({1, 1, 2, 1}, {1.0F, 128}, kByte).output({1, 1, 1, 1}, {1.0F, 128}, kByte);
  s.input({1, 1, 2, 1}).output({1, 1, 1, 1});
  u.attrs().filter_w = s.attrs().filter_w = 2;
  CHECK(u.run({{127, 126}}) == Codes{127});
  CHECK(s.run({{-1, -2}}) == Codes{-2});
  CHECK(u.run({{255, 254}}) == Codes{255});
}

TEST_CASE("a uint8 maximum orders codes from 0 to 255") {
  SmallGraph g(OpType::MaxPool);
  g.input({1, 1, 3, 1}, {}, kByte).output({1, 1, 1, 1}, {}, kByte);
  g.attrs().filter_w = 3;
  CHECK(g.run({{127, 200, 128}}) == Codes{200});
  CHECK(g.run({{0, 0, 0}}) == Codes{0});
}

TEST_CASE("ADD, RESHAPE and SOFTMAX give for uint8 the int8 codes moved by 128") {
  const Codes a{0, 17, 100, 128, 200, 255}, b{255, 0, 3, 77, 131, 254};
  const auto moved = [](Codes codes, int by) {
    for (int& c : codes) c += by;
    return codes;
  };
  for (const Profile profile : {Profile::kTflm, Profile::kF32}) {
    INFO(profile_info(profile).name);
    SmallGraph u(OpType::Add), s(OpType::Add);
    u.input({2, 3}, {0.7F, 120}, kByte).input({2, 3}, {0.3F, 9}, kByte);
    u.output({2, 3}, {1.1F, 64}, kByte).profile(profile);
    s.input({2, 3}, {0.7F, -8}).input({2, 3}, {0.3F, -119});
    s.output({2, 3}, {1.1F, -64}).profile(profile);
    CHECK(u.run({a, b}) == moved(s.run({moved(a, -128), moved(b, -128)}), 128));
    CHECK(explained(u, {a, b}) == u.run({a, b}));

    SmallGraph us(OpType::Softmax), ss(OpType::Softmax);
    us.input({2, 3}, {0.02F, 120}, kByte).output({2, 3}, {1.0F / 256.0F, 0}, kByte);
    ss.input({2, 3}, {0.02F, -8}).output({2, 3}, {1.0F / 256.0F, -128});
    us.profile(profile), ss.profile(profile);
    CHECK(us.run({a}) == moved(ss.run({moved(a, -128)}), 128));
  }
  SmallGraph r(OpType::Reshape);
  r.input({2, 3}, {}, kByte).output({6}, {}, kByte);
  CHECK(r.run({a}) == a);
}
