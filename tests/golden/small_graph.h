// One operator on tensors small enough to compute by hand.
#pragma once

#include <cstring>
#include <utility>
#include <vector>

#include "hw_models/golden/golden.h"

namespace vernier {

struct Scale {
  float scale = 1.0F;
  int zero_point = 0;
};

// A graph of one operator that grows tensor by tensor; the output is the last one.
class SmallGraph {
 public:
  explicit SmallGraph(OpType type) { op_.type = type; }

  SmallGraph& input(Shape shape, Scale q = {}, DType type = DType::kInt8) {
    graph_.inputs.push_back(add(type, std::move(shape), q));
    op_.inputs.push_back(graph_.inputs.back());
    return *this;
  }
  // int8 weights, one scale or one per channel of `axis`.
  SmallGraph& weights(Shape shape, const std::vector<int>& codes, std::vector<float> scales = {1},
                      int axis = 0) {
    const int t = add(DType::kInt8, std::move(shape), {});
    TensorInfo& info = graph_.tensors[static_cast<std::size_t>(t)];
    info.is_constant = true;
    for (const int c : codes) info.data.push_back(static_cast<std::uint8_t>(c));
    info.quant.zero_point.assign(scales.size(), 0);
    info.quant.scale = std::move(scales);
    info.quant.axis = axis;
    op_.inputs.push_back(t);
    return *this;
  }
  SmallGraph& bias(const std::vector<std::int32_t>& values) {
    const int t = add(DType::kInt32, {static_cast<int>(values.size())}, {});
    TensorInfo& info = graph_.tensors[static_cast<std::size_t>(t)];
    info.is_constant = true;
    info.data.resize(values.size() * sizeof values[0]);
    std::memcpy(info.data.data(), values.data(), info.data.size());
    op_.inputs.push_back(t);
    return *this;
  }
  SmallGraph& no_bias() {
    op_.inputs.push_back(-1);
    return *this;
  }
  // An operand of any kind with its value in the graph.
  SmallGraph& constant(Shape shape, const std::vector<int>& codes, Scale q = {},
                       DType type = DType::kInt8) {
    const int t = add(type, std::move(shape), q);
    TensorInfo& info = graph_.tensors[static_cast<std::size_t>(t)];
    info.is_constant = true;
    for (const int c : codes) info.data.push_back(static_cast<std::uint8_t>(c));
    op_.inputs.push_back(t);
    return *this;
  }
  SmallGraph& output(Shape shape, Scale q = {}, DType type = DType::kInt8) {
    graph_.outputs = {add(type, std::move(shape), q)};
    op_.outputs = graph_.outputs;
    return *this;
  }
  OpAttrs& attrs() { return op_.attrs; }
  SmallGraph& profile(Profile p) {
    op_.profile = p;
    return *this;
  }

  Graph graph() const {
    Graph g = graph_;
    g.ops = {op_};
    return g;
  }
  golden::Values values(const std::vector<std::vector<int>>& inputs,
                        const golden::Numerics& numerics = {}) const {
    std::vector<Tensor> set;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const TensorInfo& info = graph_.tensor(graph_.inputs[i]);
      Tensor t(info.dtype, info.shape);
      t.bytes.clear();
      for (const int c : inputs[i]) t.bytes.push_back(static_cast<std::uint8_t>(c));
      set.push_back(t);
    }
    return golden::run(graph(), set, numerics);
  }
  // The output's codes.
  std::vector<int> run(const std::vector<std::vector<int>>& inputs,
                       const golden::Numerics& numerics = {}) const {
    const Tensor out = values(inputs, numerics)[static_cast<std::size_t>(graph_.outputs[0])];
    std::vector<int> codes;
    for (std::int64_t i = 0; i < element_count(out.shape); ++i) codes.push_back(out.at(i));
    return codes;
  }

 private:
  int add(DType type, Shape shape, Scale q) {
    TensorInfo info;
    info.dtype = type;
    info.shape = std::move(shape);
    info.quant.scale = {q.scale};
    info.quant.zero_point = {q.zero_point};
    graph_.tensors.push_back(info);
    return static_cast<int>(graph_.tensors.size()) - 1;
  }

  Graph graph_;
  Op op_;
};

}  // namespace vernier
