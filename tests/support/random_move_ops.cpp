// Random operators that move codes and compute nothing.
#include <algorithm>
#include <numeric>

#include "tests/support/random_ops.h"

namespace vernier {

int RandomOps::reshape(Random* r, int x) {
  const Shape same = shape(x);
  const auto n = static_cast<int>(count_of(same));
  std::vector<int> divisors;
  for (int d = 1; d <= n; ++d) {
    if (n % d == 0) divisors.push_back(d);
  }
  const int a = r->pick(divisors);
  std::vector<int> rest;
  for (const int d : divisors) {
    if ((n / a) % d == 0) rest.push_back(d);
  }
  const int b = r->pick(rest);
  const int kind = r->between(0, 9);
  if (kind < 4) return m_.reshape(x, {1, -1});
  if (kind < 5) return m_.reshape(x, {n});
  if (kind < 6) return m_.reshape(x, {a, n / a});
  if (kind < 7) return m_.reshape(x, same);
  return m_.reshape(x, {1, a, b, n / a / b});
}

int RandomOps::transpose(Random* r, int x) {
  std::vector<int> perm(shape(x).size());
  std::iota(perm.begin(), perm.end(), 0);
  if (image(x) && r->chance(40)) {
    perm = r->chance(50) ? std::vector<int>{0, 2, 3, 1} : std::vector<int>{0, 3, 1, 2};
  } else {
    // The batch mostly stays.
    const std::size_t first = perm.size() > 1 && r->chance(85) ? 1 : 0;
    for (std::size_t i = perm.size(); i-- > first + 1;) {
      std::swap(
          perm[i],
          perm[static_cast<std::size_t>(r->between(static_cast<int>(first), static_cast<int>(i)))]);
    }
  }
  return m_.transpose(x, perm);
}

int RandomOps::pad(Random* r, int x) {
  std::vector<int> before(4), after(4);
  const std::size_t last = r->chance(15) ? 3 : 2;
  for (std::size_t i = 1; i <= last; ++i) {
    before[i] = r->between(0, 2);
    after[i] = r->between(0, 2);
  }
  if (shape(x)[1] * shape(x)[2] * shape(x)[3] > kMostElements / 4) before = after = {0, 1, 0, 0};
  const int padded = m_.pad(x, before, after);
  if (r->chance(35)) return padded;
  live.push_back(padded);
  const Shape in = shape(padded);
  OpOptions o;
  o.same = false;
  o.activation = activation(r);
  o.stride_h = o.stride_w = r->between(1, 2);
  const int h = std::min(3, in[1]), w = std::min(3, in[2]);
  if (r->chance(50)) {
    const Layer l = layer(r, padded, {1, h, w, in[3]}, in[3], 3);
    return m_.depthwise_conv(padded, l.weights, l.bias, o, l.scale, l.zero_point);
  }
  int oc = channels(r);
  while (oc > 1 && (count_of(in) * 9 * oc > kMostProducts || in[1] * in[2] * oc > kMostElements)) {
    oc /= 2;
  }
  const Layer l = layer(r, padded, {oc, h, w, in[3]}, oc, 0);
  return m_.conv(padded, l.weights, l.bias, o, l.scale, l.zero_point);
}

// Tensors that differ in one dimension; one of another scale is requantized first.
int RandomOps::concatenation(Random* r, int x) {
  const Shape in = shape(x);
  const auto rank = static_cast<int>(in.size());
  const int axis = r->chance(60) ? rank - 1 : r->between(rank > 1 ? 1 : 0, rank - 1);
  std::vector<int> mates;
  for (const int t : live) {
    Shape s = shape(t);
    if (s.size() != in.size() || is_uint8(t) != is_uint8(x)) continue;
    s[static_cast<std::size_t>(axis)] = in[static_cast<std::size_t>(axis)];
    if (s == in) mates.push_back(t);
  }
  std::vector<int> list{x};
  std::int64_t total = count_of(in);
  for (int n = r->between(1, 3); n > 0; --n) {
    int y = r->pick(mates);
    if (total + count_of(shape(y)) > kMostElements) break;
    total += count_of(shape(y));
    if (scale(y) != scale(x) || zero(y) != zero(x)) {
      y = m_.quantize(y, scale(x), zero(x), type(x));
      live.push_back(y);
    }
    list.insert(r->chance(50) ? list.begin() : list.end(), y);
  }
  return m_.concatenation(list, r->chance(30) ? axis - rank : axis, scale(x), zero(x));
}

int RandomOps::strided_slice(Random* r, int x) {
  const Shape in = shape(x);
  std::vector<int> begin, end, strides;
  OpOptions o;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const int from = i == 0 || r->chance(40) ? 0 : r->between(0, in[i] - 1);
    const int to = i == 0 || r->chance(40) ? in[i] : r->between(from + 1, in[i]);
    begin.push_back(r->chance(20) ? from - in[i] : from);
    end.push_back(to);
    strides.push_back(i == 0 || r->chance(60) ? 1 : r->between(1, 3));
    if (from == 0 && r->chance(20)) o.begin_mask |= 1 << i;
    if (to == in[i] && r->chance(20)) o.end_mask |= 1 << i;
    // Its dimension goes; one must stay.
    if (i > 0 && i + 1 < in.size() && r->chance(8)) o.shrink_axis_mask |= 1 << i;
  }
  return m_.strided_slice(x, begin, end, strides, o);
}

int RandomOps::resize_nearest(Random* r, int x) {
  const Shape in = shape(x);
  int h = r->chance(40) ? 2 * in[1] : r->between(1, 2 * in[1] + 1);
  int w = r->chance(40) ? 2 * in[2] : r->between(1, 2 * in[2] + 1);
  while (std::int64_t{h} * w * in[3] > kMostElements) h = (h + 1) / 2, w = (w + 1) / 2;
  const int kind = r->between(0, 3);
  return m_.resize_nearest(x, h, w, kind == 1, kind == 2);
}

}  // namespace vernier
