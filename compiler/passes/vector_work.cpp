#include "compiler/passes/vector_work.h"

namespace vernier::compiler {
namespace {

template <class Source>
Source source(const Placement& p, const Hwc& view, int zero) {
  Source s;
  s.base = p.base;
  s.bank = p.bank;
  s.row_pitch = p.row_pitch;
  s.ring = p.ring;
  s.height = view.h;
  s.width = view.w;
  s.channels = view.c;
  s.zero_point = zero;
  return s;
}

Instruction instruction_of(const LayerPlan& layer, int y0, int rows) {
  const auto& v = layer.vector;
  switch (v.kind) {
    case VectorPlan::Kind::kAdd: {
      insn::PostAdd i;
      i.y0 = y0;
      i.rows = rows;
      return i;
    }
    case VectorPlan::Kind::kRescale: {
      insn::PostRescale i;
      i.y0 = y0;
      i.rows = rows;
      return i;
    }
    case VectorPlan::Kind::kPool: {
      insn::PostPool i;
      i.y0 = y0;
      i.rows = rows;
      i.average = v.average ? 1 : 0;
      return i;
    }
    case VectorPlan::Kind::kSoftmax: {
      insn::PostSoftmax i;
      i.y0 = y0;
      i.rows = rows;
      return i;
    }
    case VectorPlan::Kind::kMove: {
      insn::PostMove i;
      i.bytes = std::int64_t{v.a_view.h} * v.a_view.w * v.a_view.c;
      return i;
    }
    default:
      break;
  }
  return {};
}

}  // namespace

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

std::vector<VectorPiece> vector_pieces(const LayerPlan& layer, const VectorPlaces& places, int y0,
                                       int rows) {
  const auto& v = layer.vector;
  VectorPiece piece;
  piece.descriptors = {ofmap_of(layer, places.out),
                       source<insn::PostSourceA>(places.a, v.a_view, v.a_zero)};
  if (v.kind == VectorPlan::Kind::kAdd) {
    piece.descriptors.push_back(source<insn::PostSourceB>(places.b, v.a_view, v.b_zero));
  }
  if (v.kind == VectorPlan::Kind::kAdd || v.kind == VectorPlan::Kind::kRescale) {
    piece.descriptors.push_back(v.scale);
  }
  if (v.kind == VectorPlan::Kind::kPool) piece.descriptors.push_back(v.window);
  piece.insn = instruction_of(layer, y0, rows);
  return {piece};
}

}  // namespace vernier::compiler
