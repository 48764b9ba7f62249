// Random layers on the MAC array.
#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/support/random_ops.h"

namespace vernier {

// Weights, bias and an output scale whose multiplier the importer accepts: the weight scales follow
// from the multiplier that is wanted. `axis` is that of the output channels.
RandomOps::Layer RandomOps::layer(Random* r, int x, const Shape& filter, int channels, int axis) {
  const bool wide = is_uint8(x);  // weights of 9 bits, less their zero point
  const std::int64_t taps = count_of(filter) / channels;
  const std::int64_t most = taps * (wide ? 255 : 128) * 255;  // of |sum of products|
  const auto list = codes(r, count_of(filter));
  const bool exact = r->chance(30);  // all powers of two: the barrel shifter's
  const float out = exact ? static_cast<float>(std::exp2(r->between(-8, 2))) : random_scale(r);
  // The multiplier that spreads typical sums over the output's codes.
  double m = std::exp2(r->real(-4.0, 4.0)) / (60.0 * std::sqrt(static_cast<double>(taps)));
  // A left shift must keep every sum in 32 bits.
  m = std::min(m, static_cast<double>(1 << 28) / static_cast<double>(most));
  if (r->chance(5)) m = std::exp2(r->real(-40.0, -20.0));
  const bool power = exact && std::exp2(std::round(std::log2(scale(x)))) == scale(x);
  if (power) m = std::exp2(std::floor(std::log2(m)));
  const int slices = !wide && r->chance(60) ? channels : 1;
  std::vector<float> scales;
  for (int i = 0; i < slices; ++i) {
    const double spread = power ? std::exp2(-r->between(0, 4)) : std::exp2(-r->real(0.0, 4.0));
    scales.push_back(static_cast<float>(m * spread * double{out} / double{scale(x)}));
  }
  Layer l{-1, -1, out, zero_point(r, type(x))};
  if (wide) {
    std::vector<std::uint8_t> bytes;
    for (const int c : list) bytes.push_back(static_cast<std::uint8_t>(c + 128));
    l.weights = m_.weights_u8(filter, bytes, scales[0], zero_point(r, DType::kUint8));
  } else {
    l.weights = m_.weights(filter, {list.begin(), list.end()}, scales, axis);
  }
  const int kind = r->between(0, 9);
  if (kind < 2) return l;
  // With a multiplier below 1 nothing is shifted left, so only the sum itself must stay in 32 bits.
  const std::int64_t room = m < 0.5 ? std::numeric_limits<std::int32_t>::max() - most : most;
  std::vector<std::int32_t> bias;
  for (int c = 0; c < channels; ++c) {
    std::int64_t b = 0;
    if (kind < 4) b = r->chance(50) ? room : -room;
    if (kind >= 4 && kind < 9) b = r->between(-4000, 4000);
    bias.push_back(static_cast<std::int32_t>(std::clamp<std::int64_t>(b, -room, room)));
  }
  l.bias = m_.bias(x, l.weights, bias);
  return l;
}

OpOptions RandomOps::convolution(Random* r, int x, int* filter_h, int* filter_w) const {
  const Shape in = shape(x);
  OpOptions o;
  o.same = r->chance(60);
  o.activation = activation(r);
  const Window h = window(r, in[1], o.same, 5, true), w = window(r, in[2], o.same, 5, true);
  o.stride_h = h.stride;
  o.stride_w = w.stride;
  o.dilation_h = h.dilation;
  o.dilation_w = w.dilation;
  *filter_h = h.filter;
  *filter_w = w.filter;
  return o;
}

int RandomOps::conv(Random* r, int x) {
  const Shape in = shape(x);
  Shape filter{channels(r), 1, 1, in[3]};
  const OpOptions o = convolution(r, x, &filter[1], &filter[2]);
  const std::int64_t pixels = std::int64_t{in[1]} * in[2];
  while (filter[0] > 1 &&
         (pixels * count_of(filter) > kMostProducts || pixels * filter[0] > kMostElements)) {
    filter[0] = (filter[0] + 1) / 2;
  }
  const Layer l = layer(r, x, filter, filter[0], 0);
  return m_.conv(x, l.weights, l.bias, o, l.scale, l.zero_point);
}

int RandomOps::same_conv(Random* r, int x) {
  const Shape in = shape(x);
  OpOptions o;
  o.activation = activation(r);
  const int k = r->pick(std::vector<int>{1, 3});
  const Layer l = layer(r, x, {in[3], k, k, in[3]}, in[3], 0);
  return m_.conv(x, l.weights, l.bias, o, l.scale, l.zero_point);
}

int RandomOps::depthwise_conv(Random* r, int x) {
  const Shape in = shape(x);
  int h = 1, w = 1;
  OpOptions o = convolution(r, x, &h, &w);
  o.depth_multiplier = r->chance(70) ? 1 : r->pick(std::vector<int>{2, 3, 8});
  while (o.depth_multiplier > 1 && count_of(in) * o.depth_multiplier > kMostElements) {
    o.depth_multiplier = 1;
  }
  const int oc = in[3] * o.depth_multiplier;
  const Layer l = layer(r, x, {1, h, w, oc}, oc, 3);
  return m_.depthwise_conv(x, l.weights, l.bias, o, l.scale, l.zero_point);
}

int RandomOps::fully_connected(Random* r, int x) {
  const Shape in = shape(x);
  OpOptions o;
  o.activation = activation(r);
  const auto all = static_cast<int>(count_of(in));
  const bool rows = r->chance(35);  // the last dimension are the features, the others rows
  const int depth = rows ? in.back() : all;
  o.keep_num_dims = rows && r->chance(60);
  Shape filter{channels(r), depth};
  if (r->chance(10)) filter[0] = divided(r->between(250, 400));  // more records than a LOAD brings
  while (filter[0] > 1 && std::int64_t{all} * filter[0] > kMostProducts) filter[0] /= 2;
  while (filter[0] > 1 && std::int64_t{all / depth} * filter[0] > kMostElements) filter[0] /= 2;
  const Layer l = layer(r, x, filter, filter[0], 0);
  return m_.fully_connected(x, l.weights, l.bias, o, l.scale, l.zero_point);
}

}  // namespace vernier
