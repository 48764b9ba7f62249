#include "compiler/turn.h"

#include <algorithm>
#include <utility>

namespace vernier::compiler {
namespace {

bool can_turn(const Op& op) {
  switch (op.type) {
    case OpType::Transpose:
    case OpType::Pad:
    case OpType::StridedSlice:
    case OpType::ResizeNearest:
      return false;
    case OpType::Concatenation:
      return op.attrs.axis == 3;
    default:
      return true;
  }
}

bool has_filter(const Op& op) {
  return op.type == OpType::Conv || op.type == OpType::DepthwiseConv;
}

void turn(Shape* shape) {
  if (shape->size() == 4) std::swap((*shape)[1], (*shape)[2]);
}

void turn_axes(std::vector<int>* axes) {
  for (int& a : *axes) a = a == 1 ? 2 : a == 2 ? 1 : a;
  std::sort(axes->begin(), axes->end());
}

void turn(OpAttrs* a) {
  std::swap(a->stride_h, a->stride_w);
  std::swap(a->dilation_h, a->dilation_w);
  std::swap(a->filter_h, a->filter_w);
  std::swap(a->pad_top, a->pad_left);
  std::swap(a->pad_bottom, a->pad_right);
}

}  // namespace

std::optional<Graph> turned(const Graph& graph) {
  bool any = false;
  for (const Op& op : graph.ops) {
    if (!can_turn(op)) return {};
    for (const auto* list : {&op.inputs, &op.outputs}) {
      for (const int t : *list) {
        if (t < 0) continue;
        const auto& shape = graph.tensor(t).shape;
        // Of images and of filters alike: [1 or OC, 1, extent, C].
        if (shape.size() != 4) continue;
        if (shape[1] != 1) return {};
        any = any || shape[2] > 1;
      }
    }
  }
  if (!any) return {};
  Graph copy = graph;
  for (auto& t : copy.tensors) turn(&t.shape);
  for (Op& op : copy.ops) {
    const bool window = op.type == OpType::AveragePool || op.type == OpType::MaxPool;
    if (has_filter(op) || window) turn(&op.attrs);
    const bool image = copy.tensor(op.inputs[0]).shape.size() == 4;
    if (op.type == OpType::Mean && image) turn_axes(&op.attrs.axes);
  }
  return copy;
}

}  // namespace vernier::compiler
