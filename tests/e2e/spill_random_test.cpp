// Random networks whose tensors do not fit the activation memory: streamed through row rings,
// spilled through DRAM, pooled slice by slice. Golden = cycle for every element of every tensor,
// the checker finds nothing, and no two engines can touch the same bytes in either order.
//
//   VERNIER_SEED=n     runs the network and the machine of one seed and says what they are
//   VERNIER_FIRST=n    begins at another seed than 1
//   VERNIER_GRAPHS=n   runs n seeds in place of the default; the longer run
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <optional>

#include "tests/e2e/spill_cases.h"
#include "tests/support/model_builder.h"
#include "tests/support/random_graph.h"

using namespace vernier;

namespace {

std::optional<std::uint64_t> number_of(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr || *text == '\0') return std::nullopt;
  return std::stoull(text);
}

// A mobile network of `blocks` blocks: expand, depthwise, project with a residual, pools, PADs in
// front of VALID windows, operands that are constants, tensors read late.
class MobileNet {
 public:
  MobileNet(std::uint64_t seed, int blocks, int shrink) : seed_(seed), shrink_(shrink), r_(seed) {
    const int c = r_.pick(std::vector<int>{1, 3, 4, 8});
    int h = size(r_.between(8, 60)), w = size(r_.between(3, 16));
    if (r_.chance(6)) std::swap(h, w), h = 1;  // one-dimensional
    if (r_.chance(15)) {
      at_ = m_.transpose(m_.input({1, c, h, w}, 0.05F, -3), {0, 2, 3, 1});
      note("TRANSPOSE", at_);
    } else {
      at_ = m_.input({1, h, w, c}, 0.05F, -3);
      note("input", at_);
    }
    older_.push_back(at_);
    for (int i = 0; i < blocks; ++i) {
      // A block's own stream: dropping later ones leaves it as it is.
      r_ = Random(seed_ * 1000003 + static_cast<std::uint64_t>(i) + 1);
      block();
      if (r_.chance(10) && at_ != older_.front()) m_.mark_output(at_);
      older_.push_back(at_);
    }
    r_ = Random(seed_ * 1000003);
    if (r_.chance(30)) classifier();
    if (m_.ops.empty()) note("MAX_POOL_2D", m_.max_pool(at_, {}));
    const auto& o = m_.outputs;
    if (std::find(o.begin(), o.end(), at_) == o.end()) m_.mark_output(at_);
  }
  const ModelBuilder& model() const { return m_; }
  const std::string& text() const { return text_; }

 private:
  int size(int n) const { return std::max(1, n / shrink_); }
  const Shape& shape(int t) const { return m_.tensors[static_cast<std::size_t>(t)].shape; }
  int h() const { return shape(at_)[1]; }
  int w() const { return shape(at_)[2]; }
  int c() const { return shape(at_)[3]; }
  std::vector<std::int8_t> codes(int n) {
    std::vector<std::int8_t> list;
    for (int i = 0; i < n; ++i) list.push_back(static_cast<std::int8_t>(r_.between(-127, 127)));
    return list;
  }
  float scale() { return static_cast<float>(r_.between(40, 90)) / 1000.0F; }
  int zero() { return r_.between(-128, 127); }
  int note(const char* what, int t) {
    at_ = t;
    text_ += fmt::format("t{} {} {}\n", t, what, shape_text(shape(t)));
    return t;
  }

  OpOptions window(int filter_h, int filter_w) {
    OpOptions o;
    o.same = r_.chance(60) || h() < filter_h || w() < filter_w;
    o.stride_h = o.stride_w = h() > 4 && r_.chance(30) ? 2 : 1;
    o.activation = r_.pick(std::vector<int>{0, 1, 3});
    return o;
  }
  void conv(int kh, int kw, int out, OpOptions o) {
    const int f = m_.weights({out, kh, kw, c()}, codes(out * kh * kw * c()), {0.004F});
    std::vector<std::int32_t> bias;
    for (int i = 0; i < out; ++i) bias.push_back(r_.between(-2000, 2000));
    const int b = r_.chance(80) ? m_.bias(at_, f, bias) : -1;
    note("CONV_2D", m_.conv(at_, f, b, o, scale(), zero()));
  }
  void depthwise(int kh, int kw, OpOptions o) {
    o.depth_multiplier = c() <= 2 && r_.chance(30) ? 4 : 1;
    const int out = c() * o.depth_multiplier;
    const int f = m_.weights({1, kh, kw, out}, codes(kh * kw * out), {0.01F}, 3);
    note("DEPTHWISE_CONV_2D", m_.depthwise_conv(at_, f, -1, o, scale(), zero()));
  }
  void inverted_residual() {
    const int in = at_, channels = c();
    const int wide = std::min(48, channels * r_.pick(std::vector<int>{1, 2, 3, 6}));
    OpOptions relu;
    relu.activation = 3;
    conv(1, 1, wide, relu);
    OpOptions o = relu;
    if (r_.chance(25)) o = window(3, 3);
    if (r_.chance(30)) {
      pad(1, 1);
      o.same = h() < 3 || w() < 3;
    }
    depthwise(3, 3, o);
    const bool back = h() == shape(in)[1] && w() == shape(in)[2] && r_.chance(80);
    conv(1, 1, back ? channels : r_.between(1, 24), {});
    if (shape(at_) == shape(in)) note("ADD", m_.add(in, at_, {}, scale(), zero()));
  }
  // At least so many rows and pixels before the image.
  void pad(int rows, int pixels) {
    note("PAD", m_.pad(at_, {0, rows, pixels, 0}, {0, r_.between(0, 2), r_.between(0, 2), 0}));
  }
  void pool() {
    OpOptions o;
    o.filter_h = std::min(h(), r_.between(1, 3));
    o.filter_w = std::min(w(), r_.between(1, 3));
    o.stride_h = r_.between(1, 2);
    o.stride_w = r_.between(1, 2);
    o.same = r_.chance(50);
    const bool max = r_.chance(50);
    note(max ? "MAX_POOL_2D" : "AVERAGE_POOL_2D",
         max ? m_.max_pool(at_, o) : m_.average_pool(at_, o));
  }
  void with_constant() {
    const bool vector = r_.chance(50);
    const Shape s = vector ? Shape{1, 1, 1, c()} : shape(at_);
    std::vector<int> list;
    for (std::int64_t i = 0; i < element_count(s); ++i) list.push_back(r_.between(-128, 127));
    const int k = m_.constant(s, list, 0.03F, 5);
    if (r_.chance(50)) {
      note("ADD constant", m_.add(at_, k, {}, scale(), zero()));
    } else {
      note("MUL constant", m_.mul(k, at_, {}, 0.05F, zero()));
    }
  }
  // With a tensor of the same shape that was made long ago.
  void with_older() {
    std::vector<int> same;
    for (const int t : older_) {
      if (shape(t) == shape(at_)) same.push_back(t);
    }
    const int t = same.empty() ? at_ : r_.pick(same);
    if (r_.chance(30)) {
      note("MUL older", m_.mul(at_, t, {}, 0.06F, zero()));
    } else {
      note("SUB older", m_.sub(at_, t, {}, scale(), zero()));
    }
  }
  void concat() {
    std::vector<int> same;
    for (const int t : older_) {
      const auto& s = shape(t);
      if (s.size() == 4 && s[1] == h() && s[2] == w() && s[3] + c() <= 48) same.push_back(t);
    }
    if (same.empty()) return;
    const auto& info = m_.tensors[static_cast<std::size_t>(at_)];
    const auto own = info.scale[0];
    const int own_zero = static_cast<int>(info.zero_point[0]);
    const int other = m_.quantize(r_.pick(same), own, own_zero);
    note("CONCATENATION", m_.concatenation({at_, other}, 3, own, own_zero));
  }

  void block() {
    if (shape(at_).size() != 4) return;
    const int kind = r_.between(0, 99);
    if (kind < 35) return inverted_residual();
    if (kind < 50) {
      const int kh = r_.between(1, 5), kw = r_.between(1, 4);
      OpOptions o = window(kh, kw);
      o.dilation_h = o.stride_h == 1 && kh <= 3 && o.same ? r_.between(1, 2) : 1;
      return conv(kh, kw, r_.between(1, 24), o);
    }
    if (kind < 60) {
      const int kh = r_.between(1, 5), kw = r_.between(1, 4);
      return depthwise(kh, kw, window(kh, kw));
    }
    if (kind < 68) return pool();
    if (kind < 74) return pad(r_.between(0, 3), r_.between(0, 3));
    if (kind < 80) return with_constant();
    if (kind < 88) return with_older();
    if (kind < 91) return concat();
    if (kind < 94) {
      note("LOGISTIC", m_.logistic(at_));
      return;
    }
    if (kind < 96) {
      note("QUANTIZE", m_.quantize(at_, scale(), zero()));
      return;
    }
    if (kind < 98) {
      note("SOFTMAX", m_.softmax(at_));
      return;
    }
    if (h() * w() * c() <= 4000) {
      note("RESIZE", m_.resize_nearest(at_, h() * 2, w() + 1));
    }
  }
  void classifier() {
    const int n = c();
    note("MEAN", m_.mean(at_, {1, 2}, r_.chance(50), scale(), zero()));
    if (shape(at_).size() == 4) note("RESHAPE", m_.reshape(at_, {1, n}));
    const int f = m_.weights({7, n}, codes(7 * n), {0.01F});
    note("FULLY_CONNECTED", m_.fully_connected(at_, f, -1, {}, 0.2F, 0));
    note("SOFTMAX", m_.softmax(at_));
  }

  std::uint64_t seed_;
  int shrink_;
  Random r_;
  ModelBuilder m_;
  std::string text_;
  int at_ = -1;
  std::vector<int> older_;
};

// 1..8 KiB of activations.
HwConfig tiny_machine(std::uint64_t seed) {
  HwConfig c = random_config(seed);
  Random r(seed ^ 0x7149);
  c.array_rows = std::min(c.array_rows, 16);
  c.array_cols = std::min(c.array_cols, 16);
  c.post_lanes = std::min(c.post_lanes, c.array_cols);
  c.name = fmt::format("tiny{}", seed);
  c.mac_acc_bits = 32;
  c.act_mem_pages = r.pick(std::vector<int>{1, 2, 4});
  c.act_mem_banks = r.pick(std::vector<int>{1, 2, 4, 8});
  c.act_mem_kib = r.pick(std::vector<int>{1, 2, 3, 4, 4, 6, 8, 8});
  c.dram_bytes_per_cycle = std::min(c.dram_bytes_per_cycle, 16);
  const int pair = c.act_mem_pages * c.act_mem_banks * 2 * c.act_word_bytes();
  while (c.act_mem_kib * 1024 % pair != 0) ++c.act_mem_kib;
  return c;
}

}  // namespace

TEST_CASE("mobile networks on 1 to 8 KiB of activation memory agree in every element") {
  const auto replay = number_of("VERNIER_SEED");
  const std::uint64_t first = replay.value_or(number_of("VERNIER_FIRST").value_or(1));
  const std::uint64_t graphs = replay ? 1 : number_of("VERNIER_GRAPHS").value_or(500);
  std::uint64_t refused = 0, spilled = 0;
  for (std::uint64_t seed = first; seed < first + graphs; ++seed) {
    const HwConfig config = tiny_machine(seed);
    int blocks = Random(seed ^ 0xb10c).between(1, 7), divide = 1;
    const auto of = [&](int n, int d) {
      return run_spilled(MobileNet(seed, n, d).model().bytes(), config, seed);
    };
    SpillOutcome o = of(blocks, divide);
    if (replay) WARN(MobileNet(seed, blocks, 1).text() << canonical_text(config) << o.text);
    if (o.failed) {
      while (blocks > 1 && of(blocks - 1, divide).failed) --blocks;
      while (divide < 16 && of(blocks, divide * 2).failed) divide *= 2;
      o = of(blocks, divide);
      FAIL(fmt::format("VERNIER_SEED={}\n{} blocks, sizes / {}:\n{}{}\n{}", seed, blocks, divide,
                       MobileNet(seed, blocks, divide).text(), o.text, canonical_text(config)));
    }
    refused += o.refused ? 1 : 0;
    spilled += o.loads > 8 ? 1 : 0;
  }
  INFO(graphs << " networks, " << refused << " refused, " << spilled << " with many loads");
  CHECK((replay || refused * 3 < graphs));
  CHECK((replay || spilled * 4 > graphs));
}

TEST_CASE("random graphs of every operator agree on machines with little activation memory") {
  const auto replay = number_of("VERNIER_SEED");
  const std::uint64_t first = replay.value_or(number_of("VERNIER_FIRST").value_or(1));
  const std::uint64_t graphs = replay ? 1 : number_of("VERNIER_GRAPHS").value_or(500);
  std::uint64_t refused = 0;
  for (std::uint64_t seed = first; seed < first + graphs; ++seed) {
    HwConfig config = tiny_machine(seed ^ 0xabcd);
    config.act_mem_kib = std::max(2, config.act_mem_kib);
    const GraphRecipe recipe = draw_recipe(seed, config);
    const auto fails = [&](const GraphRecipe& one) {
      return run_spilled(random_graph(one), config, seed).failed;
    };
    const SpillOutcome o = run_spilled(random_graph(recipe), config, seed);
    if (replay) WARN(graph_text(import_tflite(random_graph(recipe), "r")) << o.text);
    if (o.failed) {
      const auto least = shrink(recipe, fails);
      FAIL(fmt::format("VERNIER_SEED={}\n{} ops, dimensions / {}:\n{}{}\n{}", seed, least.ops,
                       least.divide, graph_text(import_tflite(random_graph(least), "r")),
                       run_spilled(random_graph(least), config, seed).text,
                       canonical_text(config)));
    }
    refused += o.refused ? 1 : 0;
  }
  INFO(graphs << " graphs, " << refused << " refused");
  CHECK((replay || refused * 2 < graphs));
}
