// Which tensors the accelerator gets and gives where the network begins or ends in float32.
#include <catch2/catch.hpp>

#include "hw_models/spec/graph.h"

using namespace vernier;

namespace {

// Tensors of these types, in order.
Graph graph_of(const std::vector<DType>& types) {
  Graph g;
  for (const DType type : types) {
    g.tensors.emplace_back();
    g.tensors.back().dtype = type;
    g.tensors.back().shape = {1};
  }
  return g;
}

void add(Graph* g, OpType type, int from, int to) {
  Op op;
  op.type = type;
  op.inputs = {from};
  op.outputs = {to};
  g->ops.push_back(op);
}

constexpr DType kFloat = DType::kFloat32, kCode = DType::kInt8;

}  // namespace

TEST_CASE("A network of codes begins and ends with its own tensors") {
  Graph g = graph_of({kCode, kCode, kCode});
  add(&g, OpType::Relu, 1, 2);
  g.inputs = {1, 0};
  g.outputs = {2, 1};
  CHECK(machine_inputs(g) == std::vector<int>{1, 0});
  CHECK(machine_outputs(g) == std::vector<int>{2, 1});
}

TEST_CASE("A float input becomes every tensor that QUANTIZE makes of it") {
  Graph g = graph_of({kFloat, kCode, kCode, kCode});
  add(&g, OpType::Quantize, 0, 2);
  add(&g, OpType::Quantize, 0, 1);
  add(&g, OpType::Quantize, 3, 1);
  g.inputs = {3, 0};
  CHECK(machine_inputs(g) == std::vector<int>{3, 2, 1});
}

TEST_CASE("Float outputs become their codes, and a tensor is given once") {
  Graph g = graph_of({kCode, kFloat, kFloat, kCode});
  add(&g, OpType::Dequantize, 0, 1);
  add(&g, OpType::Dequantize, 0, 2);
  g.outputs = {3, 1, 0, 2};
  CHECK(machine_outputs(g) == std::vector<int>{3, 0});
}
