#include "hw_models/spec/graph.h"

#include <algorithm>
#include <cmath>

#include "hw_models/spec/error.h"

namespace vernier {

const char* op_name(OpType type) {
  switch (type) {
#define VERNIER_OP(name, fn, tflite, code, fewest, most) \
  case OpType::name:                                     \
    return tflite;
#include "hw_models/spec/ops.def"
#undef VERNIER_OP
  }
  return "?";
}

std::string supported_ops() {
  std::string list;
#define VERNIER_OP(name, fn, tflite, code, fewest, most) \
  list += (list.empty() ? "" : ", ");                    \
  list += tflite;
#include "hw_models/spec/ops.def"
#undef VERNIER_OP
  return list;
}

Hwc hwc(const Shape& shape) {
  Hwc d;
  const std::size_t rank = shape.size();
  if (rank >= 1) d.c = shape[rank - 1];
  if (rank >= 2) d.w = shape[rank - 2];
  for (std::size_t i = 0; i + 2 < rank; ++i) d.h *= shape[i];
  return d;
}

namespace {

void add_once(std::vector<int>* list, int t) {
  if (std::find(list->begin(), list->end(), t) == list->end()) list->push_back(t);
}

}  // namespace

std::vector<int> machine_inputs(const Graph& graph) {
  std::vector<int> list;
  for (const int t : graph.inputs) {
    if (graph.tensor(t).dtype != DType::kFloat32) {
      add_once(&list, t);
      continue;
    }
    for (const Op& op : graph.ops) {
      if (op.type == OpType::Quantize && op.inputs[0] == t) add_once(&list, op.outputs[0]);
    }
  }
  return list;
}

std::vector<int> machine_outputs(const Graph& graph) {
  std::vector<int> list;
  for (const int t : graph.outputs) {
    int given = t;
    for (const Op& op : graph.ops) {
      if (op.type == OpType::Dequantize && op.outputs[0] == t) given = op.inputs[0];
    }
    add_once(&list, given);
  }
  return list;
}

std::int64_t nominal_macs(const Graph& graph, const Op& op) {
  if (op.type != OpType::Conv && op.type != OpType::DepthwiseConv &&
      op.type != OpType::FullyConnected) {
    return 0;
  }
  const auto out = element_count(graph.tensor(op.outputs[0]).shape);
  const auto& w = graph.tensor(op.inputs[1]).shape;
  if (op.type == OpType::DepthwiseConv) return out * w[1] * w[2];
  return out * (element_count(w) / w[0]);
}

ClampRange activation_range(Activation activation, const TensorInfo& output) {
  ClampRange r = output.dtype == DType::kUint8 ? ClampRange{0, 255} : ClampRange{-128, 127};
  if (activation == Activation::kNone) return r;
  check(output.quant.scale.size() == 1, "activation_range of a per-channel tensor");
  const float scale = output.quant.scale[0];
  const int zero = output.quant.zero_point[0];
  // The quotient of a tiny scale can leave the int range; the clip makes the bound irrelevant then.
  const auto code = [&](float v) {
    const double q = std::clamp<double>(std::round(v / scale), -1e9, 1e9);
    return zero + static_cast<int>(q);
  };
  r.lo = std::clamp(code(0.0F), r.lo, r.hi);
  if (activation == Activation::kRelu6) r.hi = std::clamp(code(6.0F), r.lo, r.hi);
  return r;
}

}  // namespace vernier
