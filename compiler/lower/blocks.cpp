#include "compiler/lower/blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "hw_models/spec/durations.h"

namespace vernier::compiler {
namespace {

// What fields of post.copy, post.stride and the descriptors hold.
constexpr std::int64_t kMostRow = (1 << 14) - 1, kMostSpan = (1 << 16) - 1;
constexpr std::size_t kMostCopies = 8192;
// Pieces within a row keep a reader from following its writer row by row. Where the block has a
// loop over rows of both sides, they must save half the cycles.
constexpr std::int64_t kWithinCost = 2;

// A way to make one instruction of a block's loops: index of each role's loop, -1: none.
struct Choice {
  int length = -1, runs = -1, rows = -1;
  std::int64_t cycles = 0;  // of all instructions
};

class Splitter {
 public:
  Splitter(LowerContext& c, int tensor, const Block& block)
      : c_(c), tensor_(tensor), block_(block) {
    simplify();
  }

  void run() {
    const Choice best = choose();
    std::vector<BlockLoop> repeated;
    std::int64_t copies = 1;
    for (int i = 0; i < count(); ++i) {
      if (i == best.length || i == best.runs || i == best.rows) continue;
      repeated.push_back(loop(i));
      copies *= loop(i).count;
    }
    auto& list = c_.layer.vector.copies;
    if (copies + static_cast<std::int64_t>(list.size()) > static_cast<std::int64_t>(kMostCopies)) {
      c_.refuse(fmt::format("{} strided copies, at most {} are made", copies, kMostCopies));
    }
    CopyPlan plan = plan_of(best);
    repeat(repeated, 0, &plan);
  }

 private:
  int count() const { return static_cast<int>(block_.loops.size()); }
  const BlockLoop& loop(int i) const { return block_.loops[static_cast<std::size_t>(i)]; }
  bool fills() const { return tensor_ < 0; }

  // Drops loops of one turn and joins those that go on where the loop inside them ends.
  void simplify() {
    std::vector<BlockLoop> joined;
    for (auto it = block_.loops.rbegin(); it != block_.loops.rend(); ++it) {
      if (it->count == 1) continue;
      if (fills()) it->a = {};
      const auto goes_on = [](const BlockLoop& in, Step inner, Step outer) {
        return outer == Step{inner.rows * in.count, inner.bytes * in.count};
      };
      if (!joined.empty() && goes_on(joined.back(), joined.back().o, it->o) &&
          (fills() || goes_on(joined.back(), joined.back().a, it->a))) {
        joined.back().count *= it->count;
      } else {
        joined.push_back(*it);
      }
    }
    block_.loops.assign(joined.rbegin(), joined.rend());
  }

  bool can_be_length(const BlockLoop& l) const {
    return l.o == Step{0, 1} && (fills() || l.a == Step{0, 1});
  }
  bool can_be_runs(const BlockLoop& l, std::int64_t length) const {
    return l.count <= kMostRow && l.o.rows == 0 && l.o.bytes >= length && l.a.rows == 0;
  }
  // Bytes from the first to the last of one row's runs.
  struct Span {
    std::int64_t a, o;
  };
  Span span(const Choice& choice) const {
    const std::int64_t length = choice.length < 0 ? 1 : loop(choice.length).count;
    if (choice.runs < 0) return {length, length};
    const auto& runs = loop(choice.runs);
    return {(runs.count - 1) * runs.a.bytes + length, (runs.count - 1) * runs.o.bytes + length};
  }
  // A side steps through rows of the tensor, or through pieces of one row that do not overlap and
  // that lie a bank apart in another view of it.
  bool can_step(Step step, std::int64_t turns, std::int64_t bytes) const {
    if (step.bytes == 0) return true;
    const std::int64_t banks = c_.plan.config.act_mem_banks;
    return step.rows == 0 && step.bytes >= bytes && bytes <= kMostSpan &&
           (turns - 1) * banks < kMostRow;
  }
  bool can_be_rows(const BlockLoop& l, Span bytes) const {
    if (l.count > kMostRow || (l.o == Step{})) return false;
    return can_step(l.o, l.count, bytes.o) && (fills() || can_step(l.a, l.count, bytes.a));
  }

  bool goes_by_rows() const {
    return std::any_of(block_.loops.begin(), block_.loops.end(),
                       [](const BlockLoop& l) { return l.o.rows > 0 && l.a.bytes == 0; });
  }

  Choice choose() const {
    std::optional<Choice> best;
    int length = -1;
    for (int i = 0; i < count(); ++i) {
      if (can_be_length(loop(i))) length = i;
    }
    const std::int64_t bytes = length < 0 ? 1 : loop(length).count;
    for (int runs = -1; runs < count(); ++runs) {
      if (runs >= 0 && (runs == length || !can_be_runs(loop(runs), bytes))) continue;
      for (int rows = -1; rows < count(); ++rows) {
        Choice choice{length, runs, rows, 0};
        if (rows >= 0 &&
            (rows == length || rows == runs || !can_be_rows(loop(rows), span(choice)))) {
          continue;
        }
        choice.cycles = cycles(choice);
        if (!best || choice.cycles < best->cycles) best = choice;
      }
    }
    return *best;
  }

  std::int64_t cycles(const Choice& choice) const {
    const CopyPlan plan = plan_of(choice);
    PostRegisters r;
    r.stride = plan.stride;
    std::int64_t each = post_duration(c_.plan.config, r, plan.copy);
    for (const int within : {plan.a_within, plan.o_within}) {
      if (within > 0) each = (each + 1) * (goes_by_rows() ? kWithinCost : 1);  // + a descriptor
    }
    for (int i = 0; i < count(); ++i) {
      if (i != choice.length && i != choice.runs && i != choice.rows) each *= loop(i).count;
    }
    return each;
  }

  CopyPlan plan_of(const Choice& choice) const {
    CopyPlan p;
    p.a = tensor_;
    auto& s = p.stride;
    s.length = choice.length < 0 ? 1 : loop(choice.length).count;
    s.runs = 1;
    if (choice.runs >= 0) {
      s.runs = loop(choice.runs).count;
      s.a_pitch = loop(choice.runs).a.bytes;
      s.o_pitch = loop(choice.runs).o.bytes;
    }
    p.copy.rows = 1;
    if (choice.rows >= 0) {
      const auto& rows = loop(choice.rows);
      p.copy.rows = rows.count;
      s.a_step = rows.a.rows;
      s.o_step = rows.o.rows;
      p.a_within = static_cast<int>(rows.a.bytes);
      p.o_within = static_cast<int>(rows.o.bytes);
    }
    p.copy.a_y0 = block_.a_at.rows;
    p.copy.a_byte = block_.a_at.bytes;
    p.copy.o_y0 = block_.o_at.rows;
    p.copy.o_byte = block_.o_at.bytes;
    p.copy.fill = fills() ? 1 : 0;
    return p;
  }

  void repeat(const std::vector<BlockLoop>& loops, std::size_t depth, CopyPlan* plan) {
    if (depth == loops.size()) {
      c_.layer.vector.copies.push_back(*plan);
      return;
    }
    const auto& l = loops[depth];
    const auto first = plan->copy;
    for (std::int64_t i = 0; i < l.count; ++i) {
      plan->copy.a_y0 = first.a_y0 + i * l.a.rows;
      plan->copy.a_byte = first.a_byte + i * l.a.bytes;
      plan->copy.o_y0 = first.o_y0 + i * l.o.rows;
      plan->copy.o_byte = first.o_byte + i * l.o.bytes;
      repeat(loops, depth + 1, plan);
    }
    plan->copy = first;
  }

  LowerContext& c_;
  int tensor_;
  Block block_;
};

}  // namespace

bool RowLayout::divides(const Shape& shape) const {
  std::int64_t suffix = 1;
  for (auto d = shape.rbegin(); d != shape.rend() && suffix < row_bytes_; ++d) suffix *= *d;
  return suffix == row_bytes_;
}

std::vector<std::int64_t> dense_strides(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

void begin_copies(LowerContext& c) {
  auto& v = c.layer.vector;
  v.kind = VectorPlan::Kind::kCopy;
  v.a = c.op.inputs[0];
  v.a_view = c.rows(0);
  c.layer.mode = LayerPlan::Mode::kVector;
}

RowLayout copied_input(LowerContext& c, std::size_t i) {
  c.operand(i);
  const RowLayout layout(c.rows(i));
  if (!layout.divides(c.in(i).shape)) {
    c.refuse(
        fmt::format("input {} of shape {} lies in rows of {} bytes, which end within a "
                    "dimension",
                    i, shape_text(c.in(i).shape), c.rows(i).w * c.rows(i).c));
  }
  return layout;
}

void add_block(LowerContext& c, int tensor, const Block& block) {
  Splitter(c, tensor, block).run();
}

void add_box(LowerContext& c, int tensor, const RowLayout& a, std::int64_t a_offset,
             std::int64_t o_offset, const std::vector<BoxLoop>& loops) {
  const RowLayout o(c.layer.out);
  Block block{a.at(a_offset), o.at(o_offset), {}};
  for (const auto& l : loops) {
    if (l.count != 1) block.loops.push_back({l.count, a.at(l.a_stride), o.at(l.o_stride)});
  }
  add_block(c, tensor, block);
}

}  // namespace vernier::compiler
