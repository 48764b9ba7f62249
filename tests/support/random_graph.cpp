#include "tests/support/random_graph.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/support/model_builder.h"

namespace vernier {
namespace {

constexpr std::int64_t kMostElements = 6000;     // of one activation
constexpr std::int64_t kMostProducts = 1500000;  // of one operator
constexpr int kMostFilter = 1023;                // that the format's importer takes
constexpr int kActivationNone = 0, kActivationRelu = 1, kActivationRelu6 = 3;

std::int64_t count_of(const Shape& s) {
  std::int64_t n = 1;
  for (const int d : s) n *= d;
  return n;
}

class Generator {
 public:
  explicit Generator(const GraphRecipe& recipe) : recipe_(recipe) {}

  std::vector<std::uint8_t> run() {
    Random first(recipe_.seed);
    add_input(&first);
    if (first.chance(25)) add_input(&first);
    for (int i = 0; i < recipe_.ops; ++i) {
      // An operator's own stream: dropping later ones leaves it as it is.
      Random r(recipe_.seed * 1000003 + static_cast<std::uint64_t>(i) + 1);
      add_op(&r);
    }
    mark_outputs();
    return m_.bytes();
  }

 private:
  const TensorRecord& record(int t) const { return m_.tensors[static_cast<std::size_t>(t)]; }
  const Shape& shape(int t) const { return record(t).shape; }
  float scale(int t) const { return record(t).scale[0]; }

  int divided(int v) const { return std::max(1, v / recipe_.divide); }
  // verification.md 3.2: small, around the array, prime, or anything.
  int channels(Random* r) const {
    const int kind = r->between(0, 99);
    int c = 1;
    if (kind < 35) {
      c = r->between(1, 3);
    } else if (kind < 60) {
      const int edge = r->chance(50) ? recipe_.rows : recipe_.cols;
      c = std::max(1, edge * r->pick(std::vector<int>{1, 1, 2}) + r->between(-1, 1));
    } else if (kind < 80) {
      c = r->pick(std::vector<int>{5, 7, 11, 13, 17, 19, 23, 29});
    } else {
      c = static_cast<int>(std::exp2(r->real(0, 5.5)));
    }
    return divided(c);
  }
  int extent(Random* r) const {
    const int kind = r->between(0, 99);
    const int v = kind < 30   ? r->between(1, 3)
                  : kind < 60 ? r->pick(std::vector<int>{5, 7, 11, 13, 17})
                              : r->between(1, 20);
    return divided(v);
  }

  float random_scale(Random* r) const {
    if (r->chance(40)) return static_cast<float>(std::exp2(r->between(-8, 2)));
    return static_cast<float>(std::exp2(r->real(-10.0, 2.0)));
  }
  static int zero_point(Random* r) {
    const int kind = r->between(0, 9);
    if (kind < 2) return -128;
    if (kind < 3) return 127;
    if (kind < 5) return 0;
    return r->between(-128, 127);
  }
  static int activation(Random* r) {
    return r->pick(
        std::vector<int>{kActivationNone, kActivationNone, kActivationRelu, kActivationRelu6});
  }

  void add_input(Random* r) {
    Shape s{1, extent(r), extent(r), channels(r)};
    while (count_of(s) > kMostElements) s[1] = s[2] = std::max(1, s[2] / 2);
    if (r->chance(15)) s = {1, static_cast<int>(std::min<std::int64_t>(count_of(s), 300))};
    const float own = random_scale(r);
    live_.push_back(m_.input(s, own, zero_point(r)));
  }

  // Mostly the newest tensor; else any, so that tensors are read twice and late.
  int source(Random* r) {
    const int t = r->chance(75) ? live_.back() : r->pick(live_);
    return t;
  }

  void add_op(Random* r) {
    const int kind = r->between(0, 99);
    const int x = source(r);
    const bool image = shape(x).size() == 4;
    int y = -1;
    if (kind < 36) {
      y = image ? conv(r, x) : fully_connected(r, x);
    } else if (kind < 48) {
      y = fully_connected(r, x);
    } else if (kind < 64) {
      y = add(r, x);
    } else if (kind < 78) {
      y = image ? pool(r, x) : quantize(r, x);
    } else if (kind < 87) {
      y = reshape(r, x);
    } else if (kind < 93) {
      y = softmax(r, x);
    } else {
      y = quantize(r, x);
    }
    live_.push_back(y);
  }

  std::vector<std::int8_t> codes(Random* r, std::int64_t n) const {
    std::vector<std::int8_t> list(static_cast<std::size_t>(n), 0);
    const int kind = r->between(0, 99);
    const auto fill = [&](auto&& draw) {
      for (auto& v : list) v = static_cast<std::int8_t>(draw());
    };
    if (kind < 40) {
      fill([&] {
        return (r->between(-127, 127) + r->between(-127, 127) + r->between(-127, 127)) / 3;
      });
    } else if (kind < 48) {
      fill([] { return -128; });
    } else if (kind < 55) {
      fill([] { return 127; });
    } else if (kind < 65) {
      list[static_cast<std::size_t>(r->between(0, static_cast<int>(n) - 1))] =
          static_cast<std::int8_t>(r->between(-127, 127));
    } else if (kind >= 75) {
      fill([&] { return r->between(-128, 127); });
    }
    return list;
  }

  // A layer on the array: weights, bias and an output scale whose multiplier the importer accepts.
  // The weight scales follow from the multiplier that is wanted.
  struct Layer {
    int weights, bias;
    float scale;
    int zero_point;
  };
  Layer layer(Random* r, int x, const Shape& filter) {
    const std::int64_t taps = count_of(filter) / filter[0];
    const std::int64_t most = taps * 128 * 255;  // of |sum of products|
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
    const int slices = r->chance(60) ? filter[0] : 1;
    std::vector<float> scales;
    for (int i = 0; i < slices; ++i) {
      const double spread = power ? std::exp2(-r->between(0, 4)) : std::exp2(-r->real(0.0, 4.0));
      scales.push_back(static_cast<float>(m * spread * double{out} / double{scale(x)}));
    }
    Layer l{m_.weights(filter, list, scales), -1, out, zero_point(r)};
    const int kind = r->between(0, 9);
    if (kind < 2) return l;
    // With a multiplier below 1 nothing is shifted left, so only the sum itself must stay in 32
    // bits.
    const std::int64_t room = m < 0.5 ? std::numeric_limits<std::int32_t>::max() - most : most;
    std::vector<std::int32_t> bias;
    for (int c = 0; c < filter[0]; ++c) {
      std::int64_t b = 0;
      if (kind < 4) b = r->chance(50) ? room : -room;
      if (kind >= 4 && kind < 9) b = r->between(-4000, 4000);
      bias.push_back(static_cast<std::int32_t>(std::clamp<std::int64_t>(b, -room, room)));
    }
    l.bias = m_.bias(x, l.weights, bias);
    return l;
  }

  // Filter extent, stride and dilation of one dimension that leave an output.
  struct Window {
    int filter, stride, dilation;
  };
  Window window(Random* r, int in, bool same, int most_filter, bool dilated) const {
    Window w;
    w.filter = divided(r->chance(40) ? 3 : r->between(1, most_filter));
    const int s = r->between(0, 9);
    w.stride = s < 6 ? 1 : s < 9 ? 2 : 3;
    const int d = r->between(0, 19);
    w.dilation = !dilated || d < 15 ? 1 : d < 18 ? 2 : 3;
    if (!same) {
      w.filter = std::min(w.filter, in);
      if ((w.filter - 1) * w.dilation >= in) w.dilation = 1;
    }
    return w;
  }

  int conv(Random* r, int x) {
    const Shape in = shape(x);
    OpOptions o;
    o.same = r->chance(60);
    o.activation = activation(r);
    const Window h = window(r, in[1], o.same, 5, true), w = window(r, in[2], o.same, 5, true);
    o.stride_h = h.stride;
    o.stride_w = w.stride;
    o.dilation_h = h.dilation;
    o.dilation_w = w.dilation;
    Shape filter{channels(r), h.filter, w.filter, in[3]};
    const std::int64_t pixels = std::int64_t{in[1]} * in[2];
    while (filter[0] > 1 &&
           (pixels * count_of(filter) > kMostProducts || pixels * filter[0] > kMostElements)) {
      filter[0] = (filter[0] + 1) / 2;
    }
    const Layer l = layer(r, x, filter);
    return m_.conv(x, l.weights, l.bias, o, l.scale, l.zero_point);
  }

  int fully_connected(Random* r, int x) {
    const Shape in = shape(x);
    OpOptions o;
    o.activation = activation(r);
    const auto all = static_cast<int>(count_of(in));
    const bool rows = r->chance(35);  // the last dimension are the features, the others rows
    const int depth = rows ? in.back() : all;
    o.keep_num_dims = rows && r->chance(60);
    Shape filter{channels(r), depth};
    if (r->chance(10))
      filter[0] = divided(r->between(250, 400));  // more records than one LOAD brings
    while (filter[0] > 1 && std::int64_t{all} * filter[0] > kMostProducts) filter[0] /= 2;
    while (filter[0] > 1 && std::int64_t{all / depth} * filter[0] > kMostElements) filter[0] /= 2;
    const Layer l = layer(r, x, filter);
    return m_.fully_connected(x, l.weights, l.bias, o, l.scale, l.zero_point);
  }

  // x + x, x + an older tensor of its shape, or a residual branch.
  int add(Random* r, int x) {
    std::vector<int> mates;
    for (const int t : live_) {
      if (shape(t) == shape(x)) mates.push_back(t);
    }
    int y = r->pick(mates);
    if (mates.size() == 1 && !r->chance(20)) {
      y = branch(r, x);
      live_.push_back(y);
    }
    OpOptions o;
    o.activation = activation(r);
    const float larger = std::max(scale(x), scale(y));
    const float out = r->chance(30) ? larger * static_cast<float>(std::exp2(r->between(-3, 3)))
                                    : larger * static_cast<float>(std::exp2(r->real(-4.0, 4.0)));
    const bool swap = r->chance(50);
    return m_.add(swap ? y : x, swap ? x : y, o, out, zero_point(r));
  }
  // A tensor of x's shape.
  int branch(Random* r, int x) {
    const Shape in = shape(x);
    if (in.size() != 4 || r->chance(40)) return quantize(r, x);
    OpOptions o;
    o.activation = activation(r);
    const int k = r->pick(std::vector<int>{1, 3});
    const Layer l = layer(r, x, {in[3], k, k, in[3]});
    return m_.conv(x, l.weights, l.bias, o, l.scale, l.zero_point);
  }

  int pool(Random* r, int x) {
    const Shape in = shape(x);
    OpOptions o;
    o.same = r->chance(60);
    o.activation = r->chance(70) ? kActivationNone : activation(r);
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

  int reshape(Random* r, int x) {
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

  int softmax(Random* r, int x) {
    // 1 < beta * scale * 2^26 < 2^30
    const double beta = r->chance(50) ? 1.0 : r->real(0.2, 3.0);
    return m_.softmax(x, static_cast<float>(std::min(beta, 15.0 / double{scale(x)})));
  }

  int quantize(Random* r, int x) {
    const float out = r->chance(30) ? scale(x) * static_cast<float>(std::exp2(r->between(-3, 3)))
                                    : random_scale(r);
    return m_.quantize(x, out, zero_point(r));
  }

  // The last tensor and most others that nothing reads.
  void mark_outputs() {
    Random r(recipe_.seed ^ 0x5eed);
    for (const auto& op : m_.ops) {
      const int t = op.outputs[0];
      const bool read = std::any_of(m_.ops.begin(), m_.ops.end(), [&](const OpRecord& reader) {
        return std::find(reader.inputs.begin(), reader.inputs.end(), t) != reader.inputs.end();
      });
      const bool last = &op == &m_.ops.back();
      if (last || (read ? r.chance(10) : r.chance(80))) m_.mark_output(t);
    }
  }

  GraphRecipe recipe_;
  ModelBuilder m_;
  std::vector<int> live_;
};

}  // namespace

std::vector<std::uint8_t> random_graph(const GraphRecipe& recipe) {
  return Generator(recipe).run();
}

}  // namespace vernier
