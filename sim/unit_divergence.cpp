// From a unit's wrong vector to the tensor element it belongs to.
#include "hw_models/spec/graph.h"
#include "hw_models/spec/machine.h"
#include "sim/compare.h"

namespace vernier {
namespace {

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

// What is needed to place a vector.
struct Site {
  const cycle::DecodedProgram& decoded;
  const cycle::UnitsDivergence& u;
  const Placement& place;
  PostRegisters regs;  // as the instruction finds them
  std::int64_t lanes;
  std::int64_t channels;  // of the layer's output

  const Instruction& insn() const { return decoded.insns[u.pc]; }
  std::int64_t vector() const { return u.mismatch.vector; }
  std::int64_t lane() const { return u.mismatch.lane; }
};

// The drain that takes a tile's accumulators: the next one of its buffer.
const insn::PostDrain* drain_of(const cycle::DecodedProgram& decoded, std::size_t pc) {
  if (const auto* drain = std::get_if<insn::PostDrain>(&decoded.insns[pc])) return drain;
  const auto* tile = std::get_if<insn::MacTile>(&decoded.insns[pc]);
  for (; tile != nullptr && pc < decoded.insns.size(); ++pc) {
    const auto* drain = std::get_if<insn::PostDrain>(&decoded.insns[pc]);
    if (drain != nullptr && drain->buffer == tile->buffer) return drain;
  }
  return nullptr;
}

// Tiles and drains: vectors are output pixels in order, a tile's repeated for each pass.
std::int64_t tile_element(const Site& s, const insn::PostDrain& d) {
  const bool tile = std::holds_alternative<insn::MacTile>(s.insn());
  const std::int64_t per_pixel = tile ? 1 : ceil_div(d.cols, s.lanes);
  const std::int64_t pixel = s.vector() / per_pixel % (d.height * d.width);
  const std::int64_t column = s.lane() + s.vector() % per_pixel * s.lanes;
  if (column >= d.cols) return -1;  // a column of the array that the layer leaves unused
  return (d.y0 + pixel / d.width) * s.place.row_bytes + (d.x0 + pixel % d.width) * s.channels +
         d.channel + column;
}

// ADD and rescale: runs of at most `lanes` bytes along each row. ADD's requantizer sees a vector
// twice, first the operand, then the sum.
std::int64_t row_element(const Site& s, std::int64_t y0, std::int64_t seen) {
  const std::int64_t row_bytes = s.regs.a.width * s.regs.a.channels;
  const std::int64_t per_row = ceil_div(row_bytes, s.lanes);
  const std::int64_t v = s.vector() / seen;
  return (y0 + v / per_row) * row_bytes + v % per_row * s.lanes + s.lane();
}

// ADD and MUL, whose vectors go pixel by pixel through a block of channels where B is a pixel.
std::int64_t pair_element(const Site& s, std::int64_t y0, std::int64_t rows, std::int64_t seen) {
  if (s.regs.b.broadcast != kBroadcastPixel) return row_element(s, y0, seen);
  const std::int64_t pixels = rows * s.regs.a.width;
  const std::int64_t v = s.vector() / seen;
  return (y0 * s.regs.a.width + v % pixels) * s.regs.a.channels + v / pixels * s.lanes + s.lane();
}

// Pools: one vector for each window and block of channels.
std::int64_t pool_element(const Site& s, const insn::PostPool& p) {
  const std::int64_t channels = s.regs.ofmap.channels;
  const std::int64_t blocks = ceil_div(channels, s.lanes);
  const std::int64_t pixel = s.vector() / blocks;
  return p.y0 * s.regs.ofmap.width * channels + pixel * channels + s.vector() % blocks * s.lanes +
         s.lane();
}

std::int64_t element_of(const Site& s) {
  if (s.vector() < 0 || s.lane() < 0) return -1;
  if (const auto* drain = drain_of(s.decoded, s.u.pc)) return tile_element(s, *drain);
  const bool requantizer = s.u.mismatch.unit == "vernier_requantizer";
  if (const auto* a = std::get_if<insn::PostAdd>(&s.insn())) {
    return pair_element(s, a->y0, a->rows, requantizer ? 2 : 1);
  }
  if (const auto* m = std::get_if<insn::PostMul>(&s.insn())) {
    return pair_element(s, m->y0, m->rows, 1);
  }
  if (const auto* q = std::get_if<insn::PostRescale>(&s.insn())) return row_element(s, q->y0, 1);
  if (const auto* p = std::get_if<insn::PostPool>(&s.insn())) return pool_element(s, *p);
  if (const auto* m = std::get_if<insn::PostSoftmax>(&s.insn())) {
    return m->y0 * s.regs.a.width * s.regs.a.channels + s.vector();
  }
  return -1;
}

}  // namespace

Divergence unit_divergence(const Program& program, const cycle::DecodedProgram& decoded,
                           const cycle::UnitsDivergence& u, int run) {
  Divergence d;
  d.kind = "unit";
  d.run = run;
  d.layer = program.layer_of[u.pc];
  d.cycle = u.cycle;
  d.pc = u.pc;
  d.row = u.mismatch.row;
  d.lane = u.mismatch.lane;
  d.stage = u.mismatch.stage;
  d.want = u.mismatch.want;
  d.got = u.mismatch.got;
  d.detail = u.mismatch.unit;
  Registers regs;
  for (std::uint32_t pc = 0; pc < u.pc; ++pc) regs.load(decoded.insns[pc]);
  const auto& layer = program.layers[static_cast<std::size_t>(d.layer)];
  const Site site{
      decoded, u, layer.place, regs.post, program.config.post_lanes, hwc(layer.shape_out).c};
  d.element = element_of(site);
  if (d.element >= element_count(layer.shape_out)) d.element = -1;
  return d;
}

}  // namespace vernier
