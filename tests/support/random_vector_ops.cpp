// Random operators that POST runs alone.
#include <algorithm>
#include <cmath>

#include "tests/support/random_ops.h"

namespace vernier {

int RandomOps::quantize(Random* r, int x) {
  const float out =
      r->chance(30) ? scale(x) * static_cast<float>(std::exp2(r->between(-3, 3))) : random_scale(r);
  const bool other = r->chance(10);  // int8 to uint8 or back
  const DType to = is_uint8(x) != other ? DType::kUint8 : DType::kInt8;
  return m_.quantize(x, out, zero_point(r, to), to);
}

// A tensor of x's shape and type.
int RandomOps::branch(Random* r, int x) {
  if (!image(x) || r->chance(40)) {
    const float out = r->chance(30) ? scale(x) : random_scale(r);
    return m_.quantize(x, out, zero_point(r, type(x)), type(x));
  }
  return same_conv(r, x);
}

// One code a channel: mean, fully connected, sigmoid.
int RandomOps::excitation(Random* r, int x) {
  const int c = shape(x)[3];
  const int mean = m_.mean(x, {1, 2}, true, scale(x), zero_point(r, type(x)));
  OpOptions o;
  o.keep_num_dims = true;
  const Layer l = layer(r, mean, {c, c}, c, 0);
  const int fc = m_.fully_connected(mean, l.weights, l.bias, o, l.scale, l.zero_point);
  live.push_back(mean);
  live.push_back(fc);
  return m_.logistic(fc);
}

int RandomOps::elementwise(Random* r, int x) {
  std::vector<int> mates;
  for (const int t : live) {
    if (shape(t) == shape(x) && is_uint8(t) == is_uint8(x)) mates.push_back(t);
  }
  const int kind = r->between(0, 99);
  int y = -1;
  bool constant = false;
  if (kind < 20) {  // a channel vector, a scalar or a whole constant
    constant = true;
    Shape s{shape(x).back()};
    if (r->chance(40)) s = Shape(shape(x).size(), 1), s.back() = shape(x).back();
    if (r->chance(15)) s = {1};
    if (r->chance(15)) s = shape(x);
    auto list = codes(r, count_of(s));
    const int shift = is_uint8(x) ? 128 : 0;
    for (int& code : list) code += shift;
    y = m_.constant(s, list, random_scale(r), zero_point(r, type(x)), type(x));
  } else if (kind < 32 && image(x) && !is_uint8(x) && shape(x)[3] <= 64) {
    y = excitation(r, x);
    live.push_back(y);
  } else if (mates.size() == 1 && !r->chance(20)) {
    y = branch(r, x);
    live.push_back(y);
  } else {
    y = r->pick(mates);
  }
  OpOptions o;
  o.activation = activation(r);
  const int op = r->between(0, 9);
  const float larger = std::max(scale(x), scale(y));
  const float out = r->chance(30) ? larger * static_cast<float>(std::exp2(r->between(-3, 3)))
                                  : larger * static_cast<float>(std::exp2(r->real(-4.0, 4.0)));
  const bool swap = !constant && shape(x) == shape(y) && r->chance(50);
  const int a = swap ? y : x, b = swap ? x : y;
  const int z = zero_point(r, type(x));
  // Products of codes spread over the output's. Scales of products of products would soon leave
  // what a QUANTIZE can bring back.
  const double product = double{scale(x)} * double{scale(y)} * std::exp2(r->real(2.0, 8.0));
  if (op < 5 || (op >= 7 && product > 64)) return m_.add(a, b, o, out, z);
  if (op < 7) return m_.sub(a, b, o, out, z);
  return m_.mul(a, b, o, static_cast<float>(product), z);
}

int RandomOps::unary(Random* r, int x) {
  const float same = scale(x);
  const float near = same * static_cast<float>(std::exp2(r->real(-2.0, 2.0)));
  const int z = zero_point(r, type(x));
  const int kind = is_uint8(x) ? r->between(0, 2) : r->between(0, 6);
  if (kind == 0) return r->chance(50) ? m_.relu(x, same, zero(x)) : m_.relu(x, near, z);
  if (kind == 1) return m_.relu6(x, same, zero(x));
  if (kind == 2) {
    const double alpha = r->chance(50) ? 0.3 : r->real(-1.0, 2.0);
    return m_.leaky_relu(x, static_cast<float>(alpha), near, z);
  }
  // The fixed point of the others ends at scales of 16 and more.
  if (same >= 16) {
    x = m_.quantize(x, static_cast<float>(std::exp2(r->real(-8.0, 3.9))), z, type(x));
    live.push_back(x);
  }
  if (kind == 3) return m_.logistic(x);
  if (kind == 4) return m_.tanh(x);
  return m_.hard_swish(x, scale(x) * static_cast<float>(std::exp2(r->real(-2.0, 2.0))), z);
}

int RandomOps::softmax(Random* r, int x) {
  // 1 < beta * scale * 2^26 < 2^30
  const double beta = r->chance(50) ? 1.0 : r->real(0.2, 3.0);
  return m_.softmax(x, static_cast<float>(std::min(beta, 15.0 / double{scale(x)})));
}

int RandomOps::pool(Random* r, int x) {
  const Shape in = shape(x);
  OpOptions o;
  o.same = r->chance(60);
  o.activation = r->chance(70) ? 0 : activation(r);
  const Window h = window(r, in[1], o.same, 5, false), w = window(r, in[2], o.same, 5, false);
  o.filter_h = h.filter;
  o.filter_w = w.filter;
  o.stride_h = h.stride;
  o.stride_w = w.stride;
  if (r->chance(20) && std::max(in[1], in[2]) <= kMostFilter) {
    o.same = false;
    o.filter_h = in[1];
    o.filter_w = in[2];
  }
  return r->chance(60) ? m_.average_pool(x, o) : m_.max_pool(x, o);
}

int RandomOps::mean(Random* r, int x) {
  const bool same = r->chance(40);
  const float out = same ? scale(x) : scale(x) * static_cast<float>(std::exp2(r->real(-3.0, 3.0)));
  const int z = same ? zero(x) : zero_point(r, type(x));
  const bool keep = r->chance(60);
  if (image(x) && r->chance(80)) return m_.mean(x, {1, 2}, keep, out, z);
  const int axis = r->between(0, static_cast<int>(shape(x).size()) - 1);
  return m_.mean(x, {axis}, keep || shape(x).size() == 1, out, z);
}

}  // namespace vernier
