#include "compiler/passes/vector_work.h"

#include "compiler/passes/copy_work.h"
#include "hw_models/spec/error.h"

namespace vernier::compiler {
namespace {

template <class Source>
Source source(const Placement& p, const Hwc& view, int zero, bool is_unsigned) {
  Source s;
  s.base = p.base;
  s.bank = p.bank;
  s.row_pitch = p.row_pitch;
  s.ring = p.ring;
  s.height = view.h;
  s.width = view.w;
  s.channels = view.c;
  s.zero_point = zero;
  s.is_unsigned = is_unsigned ? 1 : 0;
  return s;
}

template <class RowsInsn>
RowsInsn of_rows(int y0, int rows) {
  RowsInsn i;
  i.y0 = y0;
  i.rows = rows;
  return i;
}

Instruction instruction_of(const LayerPlan& layer, int y0, int rows) {
  const auto& v = layer.vector;
  switch (v.kind) {
    case VectorPlan::Kind::kAdd: {
      auto i = of_rows<insn::PostAdd>(y0, rows);
      i.subtract = v.subtract;
      return i;
    }
    case VectorPlan::Kind::kMul:
      return of_rows<insn::PostMul>(y0, rows);
    case VectorPlan::Kind::kRescale:
      return of_rows<insn::PostRescale>(y0, rows);
    case VectorPlan::Kind::kLut:
      return of_rows<insn::PostLut>(y0, rows);
    case VectorPlan::Kind::kPool: {
      auto i = of_rows<insn::PostPool>(y0, rows);
      i.average = v.average ? 1 : 0;
      i.scaled = v.scaled ? 1 : 0;
      return i;
    }
    case VectorPlan::Kind::kSoftmax:
      return of_rows<insn::PostSoftmax>(y0, rows);
    case VectorPlan::Kind::kMove: {
      insn::PostMove i;
      i.bytes = std::int64_t{v.a_view.h} * v.a_view.w * v.a_view.c;
      return i;
    }
    case VectorPlan::Kind::kCopy:
      break;
  }
  check(false, "a layer of copies is not one instruction");
  return {};
}

}  // namespace

const Placement& VectorPlaces::of(int tensor) const {
  for (const auto& o : operands) {
    if (o.first == tensor) return o.second;
  }
  check(false, "an operand without a place");
  return out;
}

insn::PostOfmap ofmap_of(const LayerPlan& layer, const Placement& p) {
  insn::PostOfmap o;
  o.base = p.base;
  o.bank = p.bank;
  o.row_pitch = p.row_pitch;
  o.ring = p.ring;
  o.width = layer.out.w;
  o.channels = layer.out.c;
  o.zero_point = layer.zero_point;
  o.lo = layer.lo;
  o.hi = layer.hi;
  o.rounding = static_cast<int>(layer.rounding);
  o.shift_only = layer.shift_only ? 1 : 0;
  return o;
}

std::vector<VectorPiece> vector_pieces(const HwConfig& config, const LayerPlan& layer,
                                       const VectorPlaces& places, int y0, int rows) {
  const auto& v = layer.vector;
  if (v.kind == VectorPlan::Kind::kCopy) return copy_pieces(config, layer, places, y0, rows);
  VectorPiece piece;
  piece.descriptors = {ofmap_of(layer, places.out),
                       source<insn::PostSourceA>(places.of(v.a), v.a_view, v.a_zero, v.a_unsigned)};
  if (v.b >= 0) {
    auto b = source<insn::PostSourceB>(places.of(v.b), v.b_view, v.b_zero, v.b_unsigned);
    b.broadcast = v.broadcast;
    piece.descriptors.push_back(b);
  }
  if (v.has_scale()) piece.descriptors.push_back(v.scale);
  if (v.kind == VectorPlan::Kind::kPool) piece.descriptors.push_back(v.window);
  piece.insn = instruction_of(layer, y0, rows);
  return {piece};
}

}  // namespace vernier::compiler
