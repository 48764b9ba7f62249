#include "compiler/passes/row_use.h"

namespace vernier::compiler {
namespace {

RowUse use_of(const Plan& plan, int tensor) {
  RowUse u;
  u.tensor = plan.tensor(tensor).storage;
  u.height = plan.tensor(u.tensor).rows.h;
  return u;
}

RowUse matmul_use(const Plan& plan, const LayerPlan& layer) {
  const auto& m = layer.matmul;
  RowUse u = use_of(plan, m.input);
  if (m.in.h != u.height) {
    u.whole = true;
    return u;
  }
  u.stride = static_cast<int>(m.kernel.stride_h);
  u.pad = static_cast<int>(m.kernel.pad_top);
  u.extent = static_cast<int>((m.kernel.kernel_h - 1) * m.kernel.dilation_h) + 1;
  return u;
}

// Whether output row y is made from row y of operand `u` alone.
bool row_by_row(const LayerPlan& layer, const RowUse& u) {
  switch (layer.vector.kind) {
    case VectorPlan::Kind::kAdd:
    case VectorPlan::Kind::kRescale:
      return layer.vector.a_view.h == layer.out.h && u.height == layer.out.h;
    default:
      return false;
  }
}

RowUse vector_use(const Plan& plan, const LayerPlan& layer, int tensor) {
  RowUse u = use_of(plan, tensor);
  const auto& v = layer.vector;
  if (v.kind == VectorPlan::Kind::kPool && v.a_view.h == u.height) {
    u.stride = static_cast<int>(v.window.stride_h);
    u.pad = static_cast<int>(v.window.pad_top);
    u.extent = static_cast<int>(v.window.kernel_h);
  } else {
    u.whole = !row_by_row(layer, u);
  }
  return u;
}

}  // namespace

std::vector<RowUse> row_uses(const Plan& plan, const LayerPlan& layer) {
  std::vector<RowUse> list;
  if (layer.mode == LayerPlan::Mode::kMatmul) list.push_back(matmul_use(plan, layer));
  if (layer.mode == LayerPlan::Mode::kVector) {
    for (const int t : {layer.vector.a, layer.vector.b}) {
      if (t >= 0) list.push_back(vector_use(plan, layer, t));
    }
  }
  return list;
}

}  // namespace vernier::compiler
