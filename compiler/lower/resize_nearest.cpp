#include <numeric>

#include "compiler/lower/blocks.h"
#include "compiler/lower/view.h"
#include "hw_models/spec/index_map.h"

namespace vernier::compiler {
namespace {

// `periods` times: `groups` input indices `a_step` apart, each taken `repeat` times in a row.
struct Piece {
  int a_first, o_first;
  int periods, a_period, o_period;
  int groups, a_step, repeat;
};

// The first `extent` indices of a map in pieces.
std::vector<Piece> pieces_of(const std::vector<int>& map, int extent) {
  std::vector<Piece> list;
  for (int i = 0; i < extent;) {
    int repeat = 1;
    const auto at = [&](int k) { return map[static_cast<std::size_t>(k)]; };
    while (i + repeat < extent && at(i + repeat) == at(i)) ++repeat;
    Piece* last = list.empty() ? nullptr : &list.back();
    const int step =
        last == nullptr ? 0 : at(i) - (last->a_first + (last->groups - 1) * last->a_step);
    if (last != nullptr && last->repeat == repeat && (last->groups == 1 || last->a_step == step)) {
      last->a_step = step;
      ++last->groups;
    } else {
      list.push_back({at(i), i, 1, 0, 0, 1, 0, repeat});
    }
    i += repeat;
  }
  return list;
}

// Output indices of one dimension in the fewest pieces: of the whole map, or of one period of it
// where it repeats itself.
std::vector<Piece> resized(int in, int out, const OpAttrs& attrs) {
  std::vector<int> map;
  for (int i = 0; i < out; ++i) map.push_back(resize_nearest_index(out, in, attrs, i));
  auto list = pieces_of(map, out);
  const int periods = std::gcd(in, out), a_period = in / periods, o_period = out / periods;
  for (int i = o_period; i < out; ++i) {
    const auto k = static_cast<std::size_t>(i);
    if (map[k] != map[k - static_cast<std::size_t>(o_period)] + a_period) return list;
  }
  auto period = pieces_of(map, o_period);
  if (period.size() >= list.size()) return list;
  for (auto& p : period) {
    p.periods = periods;
    p.a_period = a_period;
    p.o_period = o_period;
  }
  return period;
}

void add_loops(const Piece& p, std::int64_t a, std::int64_t o, std::vector<BoxLoop>* loops) {
  loops->push_back({p.periods, p.a_period * a, p.o_period * o});
  loops->push_back({p.groups, p.a_step * a, p.repeat * o});
  loops->push_back({p.repeat, 0, o});
}

}  // namespace

void lower_resize_nearest(LowerContext& c) {
  const Shape& in = c.in(0).shape;
  const Shape& out = c.output().shape;
  if (in == out) return lower_view(c, 0);
  begin_copies(c);
  const RowLayout lie = copied_input(c, 0);
  const auto a = dense_strides(in);
  const auto o = dense_strides(out);
  const auto columns = resized(in[2], out[2], c.op.attrs);
  for (const auto& y : resized(in[1], out[1], c.op.attrs)) {
    for (const auto& x : columns) {
      std::vector<BoxLoop> loops{{in[0], a[0], o[0]}};
      add_loops(y, a[1], o[1], &loops);
      add_loops(x, a[2], o[2], &loops);
      loops.push_back({in[3], 1, 1});
      add_box(c, c.op.inputs[0], lie, y.a_first * a[1] + x.a_first * a[2],
              y.o_first * o[1] + x.o_first * o[2], loops);
    }
  }
}

}  // namespace vernier::compiler
