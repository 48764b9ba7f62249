// Graphs of one operator with random everything, on which the fast kernels must give the plain
// ones' bytes at every level that this processor has.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <random>

#include "hw_models/golden/prepared.h"

namespace vernier {

// Draws of one case; the seed is in every failure.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}
  int in(int least, int most) {
    return static_cast<int>(std::uniform_int_distribution<int>(least, most)(engine_));
  }
  int of(std::initializer_list<int> list) {
    return list.begin()[in(0, static_cast<int>(list.size()) - 1)];
  }
  bool once_in(int n) { return in(1, n) == 1; }
  // 1..70, or a multiple of 16 or 64 and its neighbours.
  int channels() {
    if (!once_in(3)) return in(1, 70);
    return std::max(1, of({16, 32, 64, 128}) + in(-1, 1));
  }
  int zero_point(DType type) {
    const int low = type == DType::kInt8 ? -128 : 0;
    return once_in(3) ? in(low, low + 255) : of({low, low + 255, low + 128});
  }
  // A code, the ends of the type more often than chance has them.
  std::uint8_t code() {
    return static_cast<std::uint8_t>(once_in(4) ? of({128, 127, 0}) : in(0, 255));
  }
  // Mostly what scales have; powers of two, which make ties; some above 1, which shift left.
  float scale(int least_exponent, int most_exponent) {
    const float power = std::ldexp(1.0F, in(least_exponent, most_exponent));
    return once_in(3) ? power : power * static_cast<float>(in(1000, 1999)) / 1000.0F;
  }

 private:
  std::mt19937_64 engine_;
};

// One operator with random operands.
class FastCase {
 public:
  FastCase(OpType type, Draw* draw) : draw_(*draw) { op_.type = type; }

  int tensor(DType type, Shape shape, float scale, int zero_point) {
    TensorInfo info;
    info.dtype = type;
    info.shape = std::move(shape);
    info.quant.scale = {scale};
    info.quant.zero_point = {zero_point};
    graph_.tensors.push_back(info);
    return static_cast<int>(graph_.tensors.size()) - 1;
  }
  void input(DType type, Shape shape, float scale = 1.0F) {
    graph_.inputs.push_back(tensor(type, std::move(shape), scale, draw_.zero_point(type)));
    op_.inputs.push_back(graph_.inputs.back());
  }
  // Scales per channel of dimension `axis`, 2^least..2^most, or one for all; zero points for uint8.
  void weights(DType type, Shape shape, std::size_t axis, int least, int most) {
    const int channels = shape[axis];
    const int t = tensor(type, std::move(shape), draw_.scale(least, most), 0);
    TensorInfo& info = graph_.tensors[static_cast<std::size_t>(t)];
    info.is_constant = true;
    info.data.resize(static_cast<std::size_t>(element_count(info.shape)));
    for (auto& w : info.data) w = draw_.code();
    if (type == DType::kUint8) {
      info.quant.zero_point = {draw_.zero_point(type)};
    } else if (!draw_.once_in(4)) {
      info.quant.axis = static_cast<int>(axis);
      info.quant.scale.resize(static_cast<std::size_t>(channels));
      info.quant.zero_point.assign(static_cast<std::size_t>(channels), 0);
      for (float& s : info.quant.scale) s = draw_.scale(least, most);
    }
    op_.inputs.push_back(t);
  }
  // Values around those of the sums, some as large as a word holds.
  void bias(int channels) {
    if (draw_.once_in(5)) return op_.inputs.push_back(-1);
    std::vector<std::int32_t> values(static_cast<std::size_t>(channels));
    for (auto& b : values) {
      b = draw_.once_in(8) ? draw_.in(INT32_MIN, INT32_MAX) : draw_.in(-20000, 20000);
    }
    bias(values);
  }
  void bias(const std::vector<std::int32_t>& values) {
    const int t = tensor(DType::kInt32, {static_cast<int>(values.size())}, 1.0F, 0);
    TensorInfo& info = graph_.tensors[static_cast<std::size_t>(t)];
    info.is_constant = true;
    info.data.resize(values.size() * sizeof values[0]);
    std::memcpy(info.data.data(), values.data(), info.data.size());
    op_.inputs.push_back(t);
  }
  void output(DType type, Shape shape, float scale = 1.0F) {
    const int t = tensor(type, std::move(shape), scale, draw_.zero_point(type));
    op_.outputs = graph_.outputs = {t};
    op_.attrs.activation = static_cast<Activation>(draw_.in(0, 2));
  }
  OpAttrs& attrs() { return op_.attrs; }
  Op& op() { return op_; }
  TensorInfo& info(int t) { return graph_.tensors[static_cast<std::size_t>(t)]; }

  // The geometry of an image operator over `in` pixels along one dimension: pads on either side and
  // the output's pixels.
  int outputs(int in, int filter, int stride, int dilation, int* before, int* after) {
    const int extent = (filter - 1) * dilation + 1;
    const int least = std::max(0, extent - in);
    const int all = draw_.once_in(2) ? least : least + draw_.in(0, 3);
    *before = draw_.in(0, all);
    *after = all - *before;
    return (in + all - extent) / stride + 1;
  }

  Graph graph() const {
    Graph g = graph_;
    g.ops = {op_};
    return g;
  }

  // Runs two random inferences on the plain kernels and on each level's, and compares.
  void check() {
    std::vector<std::vector<Tensor>> sets(2);
    for (auto& set : sets) {
      for (const int t : graph_.inputs) {
        set.emplace_back(graph_.tensor(t).dtype, graph_.tensor(t).shape);
        for (auto& x : set.back().bytes) x = draw_.code();
      }
    }
    check(sets);
  }
  void check(const std::vector<std::vector<Tensor>>& sets) {
    graph_.ops = {op_};
    golden::Numerics plain, fast;
    fast.kernels = golden::Kernels::kFast;
    for (const auto level : golden::fast::levels()) {
      INFO("level " << golden::fast::level_name(level));
      golden::Prepared prepared(graph_, fast, level);
      REQUIRE(prepared.is_fast(0));
      golden::Values values;
      for (const auto& set : sets) {
        prepared.run(set, &values);
        const auto y = static_cast<std::size_t>(graph_.outputs[0]);
        const Tensor want = golden::run(graph_, set, plain)[y];
        std::size_t wrong = 0;
        while (wrong < want.bytes.size() && want.bytes[wrong] == values[y].bytes[wrong]) ++wrong;
        INFO(op_name(op_.type) << " of " << shape_text(graph_.tensor(graph_.inputs[0]).shape)
                               << " to " << shape_text(want.shape) << ": element " << wrong);
        REQUIRE(values[y] == want);
      }
    }
  }

 private:
  Draw& draw_;
  Graph graph_;
  Op op_;
};

// A profile whose rounding the fast kernels have for every weighted operator.
inline Profile fast_profile(Draw* draw) {
  constexpr Profile kList[] = {Profile::kTflm, Profile::kRuy, Profile::kSingle, Profile::kF32};
  return kList[draw->in(0, 3)];
}

}  // namespace vernier
