// All outputs of 100 pseudo-random models per operator against interpreters that are not ours.
// tests/scripts/operator_digests.py draws the same models, runs them on tflite-micro and on
// ai-edge-litert's BUILTIN_REF, and prints the digests below.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/golden/small_graph.h"

using namespace vernier;
using Codes = std::vector<int>;

namespace {

// FNV-1a of 64 bits. TFLM has no uint8 kernels: there profile tflm is LiteRT's reference.
struct Expected {
  OpType type;
  DType dtype;
  std::uint64_t tflm, litert_ref;
};
// clang-format off
constexpr Expected kExpected[] = {
    {OpType::Relu, DType::kInt8, 0x34800996d7462d3bU, 0xf4d8b2e064caac6dU},
    {OpType::Relu, DType::kUint8, 0xd8dd5d26c73b54cdU, 0xd8dd5d26c73b54cdU},
    {OpType::Relu6, DType::kInt8, 0x60078d96e88ddf8dU, 0xe688a5e0a28b6a4bU},
    {OpType::Relu6, DType::kUint8, 0x22d431917524dcffU, 0x22d431917524dcffU},
    {OpType::LeakyRelu, DType::kInt8, 0xa7a9e86ac262276bU, 0xdc0cbc0c6304c73bU},
    {OpType::LeakyRelu, DType::kUint8, 0x7ace988bde6194d7U, 0x7ace988bde6194d7U},
    {OpType::Logistic, DType::kInt8, 0x09dae35d1d26f59bU, 0x09dae35d1d26f59bU},
    {OpType::Logistic, DType::kUint8, 0x050f732aeb7ca313U, 0x050f732aeb7ca313U},
    {OpType::Tanh, DType::kInt8, 0xddad589a938e9534U, 0xddad589a938e9534U},
    {OpType::Tanh, DType::kUint8, 0xef138be5e24b1f60U, 0xef138be5e24b1f60U},
    {OpType::HardSwish, DType::kInt8, 0xc3264c8a95bdf3cdU, 0xc3264c8a95bdf3cdU},
    {OpType::HardSwish, DType::kUint8, 0x4d5e115c6d7c359dU, 0x4d5e115c6d7c359dU},
    {OpType::Quantize, DType::kInt8, 0x9c7b0641b6c1a1b3U, 0x9c7b0641b6c1a1b3U},
    {OpType::Quantize, DType::kUint8, 0x8bd6df2de0d48cebU, 0x8bd6df2de0d48cebU},
    {OpType::Mean, DType::kInt8, 0x23f1cdb931462647U, 0x23f1cdb931462647U},
    {OpType::Mean, DType::kUint8, 0x5c462d390950e091U, 0x5c462d390950e091U},
    {OpType::Mul, DType::kInt8, 0x90cd78b7d2d10ed2U, 0xe9b2c1be55a3b6c9U},
    {OpType::Mul, DType::kUint8, 0x4a7a6f2ffba5e4d5U, 0x4a7a6f2ffba5e4d5U},
    {OpType::Sub, DType::kInt8, 0x465d10f489923473U, 0x465d10f489923473U},
    {OpType::Sub, DType::kUint8, 0xf9dac7b94a35f3b5U, 0xf9dac7b94a35f3b5U},
};
// clang-format on
constexpr OpType kOrder[] = {OpType::Relu, OpType::Relu6,     OpType::LeakyRelu, OpType::Logistic,
                             OpType::Tanh, OpType::HardSwish, OpType::Quantize,  OpType::Mean,
                             OpType::Mul,  OpType::Sub};
constexpr int kCases = 100;

// A linear congruential generator, the script's.
struct Stream {
  std::uint64_t state;
  int below(int n) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<int>((state >> 33) % static_cast<unsigned>(n));
  }
  float scale() {
    const auto mantissa = static_cast<float>(1.0 + below(1 << 23) / 8388608.0);
    return std::ldexp(mantissa, -(1 + below(8)));
  }
  int zero(DType type) { return below(256) - (type == DType::kInt8 ? 128 : 0); }
  Codes codes(const Shape& shape) {
    Codes list(static_cast<std::size_t>(element_count(shape)));
    for (int& c : list) c = below(256);
    return list;
  }
};

struct Case {
  SmallGraph graph;
  std::vector<Codes> inputs;  // raw bytes
};

Case binary(OpType op, DType type, Stream& s, Scale x, double ticks, double halves) {
  const Shape shape{1, 4, 8, 8};
  const Shape small = s.below(2) != 0 ? Shape{8} : shape;
  Scale y;
  y.scale = s.below(2) != 0 ? std::ldexp(x.scale, s.below(7) - 3) : s.scale();
  const double a = x.scale, b = y.scale;
  const double unit = op == OpType::Mul ? a * b * 25 : std::min(a, b);
  y.zero_point = s.zero(type);
  const Scale out{static_cast<float>(unit * ticks / halves), s.zero(type)};
  SmallGraph g(op);
  g.input(shape, x, type).input(small, y, type).output(shape, out, type);
  const Codes first = s.codes(shape);
  return {g, {first, s.codes(small)}};
}

Case mean(DType type, Stream& s, Scale x, double ticks, double halves) {
  Shape shape{1};
  for (const int most : {12, 12, 8}) shape.push_back(1 + s.below(most));
  SmallGraph g(OpType::Mean);
  g.attrs().axes = s.below(2) != 0 ? std::vector<int>{1, 2} : std::vector<int>{3};
  Shape kept = shape;
  int count = 1;
  for (const int axis : g.attrs().axes) {
    count *= shape[static_cast<std::size_t>(axis)];
    kept[static_cast<std::size_t>(axis)] = 1;
  }
  const double unit = x.scale;
  const Scale out{static_cast<float>(unit * ticks / count / halves), s.zero(type)};
  g.input(shape, x, type).output(kept, out, type);
  return {g, {s.codes(shape)}};
}

Case draw(OpType op, DType type, Stream& s) {
  Scale x;
  x.scale = s.scale();
  x.zero_point = s.zero(type);
  const double ticks = 1 + s.below(60);
  const double halves = s.below(100) + 0.5;
  if (op == OpType::Mul || op == OpType::Sub) return binary(op, type, s, x, ticks, halves);
  if (op == OpType::Mean) return mean(type, s, x, ticks, halves);

  const double unit = x.scale;
  Scale out{static_cast<float>(unit * ticks / halves), s.zero(type)};
  SmallGraph g(op);
  g.attrs().alpha = static_cast<float>((s.below(4001) - 2000) / 1000.0);
  const int low = type == DType::kInt8 ? -128 : 0;
  if (op == OpType::Relu6 && s.below(2) != 0) out = x;
  if (op == OpType::Logistic) out = {1.0F / 256, low};
  if (op == OpType::Tanh) out = {1.0F / 128, low + 128};
  g.input({256}, x, type).output({256}, out, type);
  Codes all(256);
  for (int i = 0; i < 256; ++i) all[static_cast<std::size_t>(i)] = i;
  return {g, {all}};
}

std::uint64_t digest(const Expected& e, Profile profile) {
  const auto place = std::find(std::begin(kOrder), std::end(kOrder), e.type) - std::begin(kOrder);
  Stream s{static_cast<std::uint64_t>(place) + 1};
  std::uint64_t value = 0xcbf29ce484222325U;
  for (int i = 0; i < kCases; ++i) {
    Case c = draw(e.type, e.dtype, s);
    for (const int code : c.graph.profile(profile).run(c.inputs)) {
      value = (value ^ static_cast<std::uint8_t>(code)) * 0x100000001b3U;
    }
  }
  return value;
}

}  // namespace

TEST_CASE("100 random models of each operator give the bytes of both reference interpreters") {
  for (const Expected& e : kExpected) {
    INFO(op_name(e.type) << ' ' << dtype_name(e.dtype));
    CHECK(digest(e, Profile::kTflm) == e.tflm);
    CHECK(digest(e, Profile::kLitertRef) == e.litert_ref);
  }
}
