#include "hw_models/golden/prepared.h"

#include "hw_models/spec/error.h"

namespace vernier::golden {

Prepared::Prepared(const Graph& graph, const Numerics& numerics)
    : Prepared(graph, numerics, fast::levels().back()) {}

Prepared::Prepared(const Graph& graph, const Numerics& numerics, fast::Level level)
    : graph_(graph), numerics_(numerics), level_(level), steps_(graph.ops.size()) {
  check(numerics.acc_bits >= 1 && numerics.acc_bits <= 32, "accumulators of 1 to 32 bits");
  if (numerics.kernels == Kernels::kPlain) return;
  Values none(graph.tensors.size());
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    steps_[i] = fast::prepare(OpContext{graph_, graph_.ops[i], numerics_, none}, level);
  }
}

void Prepared::run(const std::vector<Tensor>& inputs, Values* values) {
  check(inputs.size() == graph_.inputs.size(), "as many inputs as the graph has");
  values->resize(graph_.tensors.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const TensorInfo& info = graph_.tensor(graph_.inputs[i]);
    check(inputs[i].dtype == info.dtype && inputs[i].shape == info.shape,
          "an input of the graph's own type and shape");
    (*values)[static_cast<std::size_t>(graph_.inputs[i])] = inputs[i];
  }
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Op& op = graph_.ops[i];
    if (steps_[i] == nullptr) {
      run_op(graph_, op, values, numerics_);
      continue;
    }
    const TensorInfo& info = graph_.tensor(op.outputs[0]);
    Tensor& out = (*values)[static_cast<std::size_t>(op.outputs[0])];
    if (out.dtype != info.dtype || out.shape != info.shape || out.bytes.empty())
      out = Tensor(info.dtype, info.shape);
    steps_[i]->run(OpContext{graph_, op, numerics_, *values}, &operands_, &interleaved_);
  }
}

std::string Prepared::kernels() const {
  if (numerics_.kernels == Kernels::kPlain) return "plain";
  return std::string("fast (") + fast::level_name(level_) + ")";
}

}  // namespace vernier::golden
