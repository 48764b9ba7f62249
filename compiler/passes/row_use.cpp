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
    case VectorPlan::Kind::kMul:
    case VectorPlan::Kind::kRescale:
    case VectorPlan::Kind::kLut:
    case VectorPlan::Kind::kSoftmax:
      return layer.vector.a_view.h == layer.out.h && u.height == layer.out.h;
    default:
      return false;
  }
}

// Copies whose output rows y all come from rows y / repeat * stride - pad, the pads within `extent`
// of each other; any rows where they are not so regular.
void copy_use(const VectorPlan& v, int tensor, RowUse* u) {
  std::int64_t stride = 0, repeat = 1, least = 0, most = 0;
  for (const auto& c : v.copies) {
    if (c.a != tensor) continue;
    const auto& s = c.stride;
    u->whole = u->whole || c.a_within > 0 || c.o_within > 0;
    if (u->whole || c.copy.rows == 1) continue;
    const bool enlarged = s.a_step % s.o_step != 0;
    const std::int64_t step = enlarged ? s.a_step : s.a_step / s.o_step;
    const std::int64_t times = enlarged ? s.o_step : 1;
    u->whole = step == 0 || (stride != 0 && (step != stride || times != repeat));
    stride = step;
    repeat = times;
  }
  if (u->whole) return;
  stride = std::max<std::int64_t>(1, stride);
  bool first = true;
  for (const auto& c : v.copies) {
    if (c.a != tensor) continue;
    const std::int64_t pad = c.copy.o_y0 / repeat * stride - c.copy.a_y0;
    least = first ? pad : std::min(least, pad);
    most = first ? pad : std::max(most, pad);
    first = false;
  }
  u->stride = static_cast<int>(stride);
  u->repeat = static_cast<int>(repeat);
  u->pad = static_cast<int>(most);
  u->extent = static_cast<int>(most - least) + 1;
}

RowUse vector_use(const Plan& plan, const LayerPlan& layer, int tensor) {
  RowUse u = use_of(plan, tensor);
  const auto& v = layer.vector;
  if (v.kind == VectorPlan::Kind::kCopy) {
    copy_use(v, tensor, &u);
    return u;
  }
  if (tensor == v.b && v.broadcast != 0) {
    u.stride = 0;  // its one row, always
    return u;
  }
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
    for (const int t : layer.vector.operands()) list.push_back(vector_use(plan, layer, t));
  }
  return list;
}

}  // namespace vernier::compiler
