#include "compiler/passes/copy_work.h"

#include <algorithm>

namespace vernier::compiler {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return a <= 0 ? 0 : (a + b - 1) / b; }

// Pieces of one tensor row, `within` bytes apart, as rows of a view: they lie in the row's bank, so
// the view's rows of that bank are `within` bytes apart and the others are left out.
template <class Descriptor>
void view_within(const HwConfig& config, const Placement& p, int within, std::int64_t span,
                 Descriptor* d, std::int64_t* y0, std::int64_t* byte, std::int64_t* step) {
  const std::int64_t slot = p.bank + p.slot(static_cast<int>(*y0));
  d->base = p.base + slot / config.act_mem_banks * p.row_pitch + *byte;
  d->bank = slot % config.act_mem_banks;
  d->row_pitch = within;
  d->ring = 0;
  d->width = 1;
  d->channels = span;
  *y0 = *byte = 0;
  *step = config.act_mem_banks;
}

struct Descriptors {
  insn::PostOfmap ofmap;
  insn::PostSourceA a;
  insn::PostStride stride;
};

template <class Descriptor>
bool same(const Descriptor& x, const Descriptor& y) {
  return encode(Instruction(x)) == encode(Instruction(y));
}

}  // namespace

std::optional<CopyPlan> copy_of_rows(const CopyPlan& plan, int y0, int rows) {
  CopyPlan part = plan;
  auto& c = part.copy;
  if (plan.o_within > 0 || c.rows == 1) {
    if (c.o_y0 < y0 || c.o_y0 >= y0 + rows) return {};
    return part;
  }
  const std::int64_t step = plan.stride.o_step;
  const std::int64_t first = ceil_div(y0 - c.o_y0, step);
  const std::int64_t end = std::min(c.rows, ceil_div(y0 + rows - c.o_y0, step));
  if (first >= end) return {};
  c.rows = end - first;
  c.o_y0 += first * step;
  if (plan.a_within > 0) {
    c.a_byte += first * plan.a_within;
  } else if (c.fill == 0) {
    c.a_y0 += first * plan.stride.a_step;
  }
  return part;
}

std::vector<VectorPiece> copy_pieces(const HwConfig& config, const LayerPlan& layer,
                                     const VectorPlaces& places, int y0, int rows) {
  std::vector<VectorPiece> pieces;
  Descriptors sent;
  for (const auto& whole : layer.vector.copies) {
    const auto part = copy_of_rows(whole, y0, rows);
    if (!part) continue;
    auto c = part->copy;
    Descriptors now{ofmap_of(layer, places.out), sent.a, part->stride};
    if (part->o_within > 0) {
      const std::int64_t span = (now.stride.runs - 1) * now.stride.o_pitch + now.stride.length;
      view_within(config, places.out, part->o_within, span, &now.ofmap, &c.o_y0, &c.o_byte,
                  &now.stride.o_step);
    }
    if (part->a >= 0) {
      const Placement& p = places.of(part->a);
      now.a = {};
      now.a.base = p.base;
      now.a.bank = p.bank;
      now.a.row_pitch = p.row_pitch;
      now.a.ring = p.ring;
      now.a.height = p.rows;
      now.a.width = 1;
      now.a.channels = p.row_bytes;
      if (part->a_within > 0) {
        const std::int64_t span = (now.stride.runs - 1) * now.stride.a_pitch + now.stride.length;
        view_within(config, p, part->a_within, span, &now.a, &c.a_y0, &c.a_byte,
                    &now.stride.a_step);
        now.a.height = (c.rows - 1) * now.stride.a_step + 1;
      }
    }
    VectorPiece piece;
    const bool first = pieces.empty();
    if (first || !same(now.ofmap, sent.ofmap)) piece.descriptors.push_back(now.ofmap);
    if (part->a >= 0 && !same(now.a, sent.a)) piece.descriptors.push_back(now.a);
    if (first || !same(now.stride, sent.stride)) piece.descriptors.push_back(now.stride);
    piece.insn = c;
    sent = now;
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

}  // namespace vernier::compiler
