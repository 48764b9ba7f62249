#include "compiler/lower/elementwise.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_models/spec/machine.h"
#include "hw_models/spec/unary_table.h"

namespace vernier::compiler {
namespace {

bool is_unsigned(const TensorInfo& t) { return t.dtype == DType::kUint8; }

void set_a(LowerContext& c, std::size_t i, const Hwc& view) {
  auto& v = c.layer.vector;
  v.a = c.op.inputs[i];
  v.a_view = view;
  v.a_zero = c.in(i).quant.zero_point[0];
  v.a_unsigned = is_unsigned(c.in(i));
  c.layer.out = view;
  c.layer.mode = LayerPlan::Mode::kVector;
}

// PostSourceB.broadcast of an operand of shape `b` over an output of shape `out`, -1: none of them.
int broadcast_of(const Shape& b, const Shape& out) {
  const std::int64_t elements = element_count(b);
  if (elements == element_count(out)) return 0;
  if (elements == 1) return kBroadcastByte;
  return elements == out.back() && b.back() == out.back() ? kBroadcastPixel : -1;
}

// A constant is as good in the rows of the other operand as in its own.
void align_rows(LowerContext& c, std::size_t a, std::size_t b) {
  for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, a}}) {
    auto& t = c.plan.tensor(c.op.inputs[to]);
    if (c.in(to).is_constant && !c.in(from).is_constant && t.storage < 0) {
      c.operand(to);
      t.rows = c.rows(from);
    }
  }
}

// Rows of A as pixels of `channels`, as far as B's elements need pixels.
Hwc view_of(const LowerContext& c, std::size_t i, int broadcast, int channels) {
  const Hwc& lie = c.rows(i);
  if (broadcast != kBroadcastPixel) return lie;
  const int row_bytes = lie.w * lie.c;
  if (row_bytes % channels != 0) {
    c.refuse(fmt::format("input {} lies in rows of {} bytes, not in pixels of {} channels", i,
                         row_bytes, channels));
  }
  return {lie.h, row_bytes / channels, channels};
}

}  // namespace

void set_unary(LowerContext& c, VectorPlan::Kind kind) {
  c.need_activation(0);
  c.layer.vector.kind = kind;
  set_a(c, 0, c.rows(0));
}

bool set_pair(LowerContext& c, VectorPlan::Kind kind) {
  auto& v = c.layer.vector;
  const Shape& out = c.output().shape;
  const bool swapped = element_count(c.in(0).shape) != element_count(out);
  const std::size_t a = swapped ? 1 : 0, b = swapped ? 0 : 1;
  v.broadcast = broadcast_of(c.in(b).shape, out);
  if (broadcast_of(c.in(a).shape, out) != 0 || v.broadcast < 0) {
    c.refuse(
        fmt::format("inputs of {} and {}: one must have the output's shape, and the other "
                    "too, or one element, or one pixel of its channels",
                    shape_text(c.in(0).shape), shape_text(c.in(1).shape)));
  }
  if (v.broadcast == 0) align_rows(c, a, b);
  c.operand(a);
  c.operand(b);
  v.kind = kind;
  set_a(c, a, view_of(c, a, v.broadcast, out.empty() ? 1 : out.back()));
  v.b = c.op.inputs[b];
  v.b_zero = c.in(b).quant.zero_point[0];
  v.b_unsigned = is_unsigned(c.in(b));
  v.b_view = v.broadcast == 0                 ? v.a_view
             : v.broadcast == kBroadcastPixel ? Hwc{1, 1, v.a_view.c}
                                              : Hwc{1, 1, 1};
  const Hwc& lie = c.rows(b);
  if (v.broadcast == 0 && (lie.h != v.a_view.h || lie.w * lie.c != v.a_view.w * v.a_view.c)) {
    c.refuse(fmt::format("input {} lies as {} rows of {} bytes, input {} as {} rows of {}", a,
                         v.a_view.h, v.a_view.w * v.a_view.c, b, lie.h, lie.w * lie.c));
  }
  if (v.broadcast == kBroadcastPixel && (lie.h != 1 || lie.w * lie.c != v.a_view.c)) {
    c.refuse(fmt::format("input {} lies as {} rows of {} bytes, a broadcast pixel must be one row",
                         b, lie.h, lie.w * lie.c));
  }
  return swapped;
}

void lower_table(LowerContext& c) {
  set_unary(c, VectorPlan::Kind::kLut);
  for (const std::uint8_t code : unary_table(c.graph, c.op)) {
    c.layer.vector.table.push_back(code);
  }
}

// The operand of the larger scale is exactly x * 2^(k-1) and takes the barrel shifter, the other
// one the operand scaler (numerics.md 2.5); their sum goes through the output requantizer. Twice
// the larger scale is exact in float as in double, so that operand's multiplier always is 1/2.
void set_sum(LowerContext& c, const AddMultipliers& m, bool swapped) {
  auto& v = c.layer.vector;
  const Multiplier exact{1 << 30, 0};
  const Multiplier& a = swapped ? m.b : m.a;
  const Multiplier& b = swapped ? m.a : m.b;
  if (!(a == exact) && !(b == exact)) {
    c.refuse("neither operand's scale is half of the common one");
  }
  const bool shift_b = b == exact;
  const Multiplier& scaled = shift_b ? a : b;
  v.scale.scale_b = shift_b ? 0 : 1;
  v.scale.op_left = m.left_shift;
  v.scale.op_multiplier = scaled.mantissa;
  v.scale.op_shift = scaled.shift;
  v.scale.multiplier = m.out.mantissa;
  v.scale.shift = m.out.shift;
}

}  // namespace vernier::compiler
