// The fold pass: which PADs become a convolution's border, which conversions stay at the machine's
// ends, which constants are loaded as operands.
#include <algorithm>

#include "tests/compiler/plan_cases.h"

using namespace vernier;
using namespace vernier::compiler;

namespace {

using Mode = LayerPlan::Mode;

struct Padded {
  ModelBuilder m;
  int x, y;  // before and behind the PAD
  explicit Padded(const std::vector<int>& before = {0, 1, 1, 0},
                  const std::vector<int>& after = {0, 1, 1, 0}) {
    x = m.input({1, 8, 8, 4}, 0.3F, -7);
    y = m.pad(x, before, after);
  }
  int conv(bool same) {
    const int w = m.weights({4, 3, 3, 4}, std::vector<std::int8_t>(144, 2), {0.01F});
    OpOptions o;
    o.same = same;
    return m.conv(y, w, -1, o, 0.4F, 1);
  }
  int depthwise(bool same) {
    const int w = m.weights({1, 3, 3, 4}, std::vector<std::int8_t>(36, 2), {0.01F}, 3);
    OpOptions o;
    o.same = same;
    return m.depthwise_conv(y, w, -1, o, 0.4F, 1);
  }
  Mode mode() const {
    Compiled c(m, HwConfig{});
    return c.layer(0).mode;
  }
};

// As Compiled, of an imported graph that is changed first.
template <class Change>
Mode mode_of_changed_pad(const ModelBuilder& m, Change&& change) {
  Graph graph = import_tflite(m.bytes(), "net.tflite");
  change(&graph);
  Plan plan;
  plan.graph = &graph;
  fold(&plan);
  return plan.layers[0].mode;
}

}  // namespace

TEST_CASE("a PAD in front of VALID convolutions alone becomes their border") {
  Padded p;
  p.m.mark_output(p.conv(false));
  p.m.mark_output(p.depthwise(false));
  Compiled c(p.m, HwConfig{});
  REQUIRE(c.layer(0).mode == Mode::kFolded);
  const auto& t = c.plan.tensor(p.y);
  CHECK(t.storage == p.x);
  CHECK(t.pad_top == 1);
  CHECK(t.pad_left == 1);
  CHECK(t.rows.h == 8);
  for (const std::size_t reader : {std::size_t{1}, std::size_t{2}}) {
    const auto& m = c.layer(reader).matmul;
    CHECK(m.kernel.pad_top == 1);
    CHECK(m.kernel.pad_left == 1);
    CHECK(m.in.h == 8);
    CHECK(m.in.w == 8);
    CHECK(c.layer(reader).out.h == 8);
  }
}

TEST_CASE("a PAD that anyone else reads, or that is an output, is a layer of its own") {
  Padded same;
  same.m.mark_output(same.conv(true));
  CHECK(same.mode() == Mode::kVector);
  Padded both;
  both.m.mark_output(both.conv(false));
  both.m.mark_output(both.depthwise(true));
  CHECK(both.mode() == Mode::kVector);
  Padded pooled;
  OpOptions o;
  o.same = false;
  pooled.m.mark_output(pooled.m.max_pool(pooled.y, o));
  CHECK(pooled.mode() == Mode::kVector);
  Padded output;
  output.m.mark_output(output.conv(false));
  output.m.mark_output(output.y);
  CHECK(output.mode() == Mode::kVector);
}

TEST_CASE("a PAD of channels, or with another code than the zero point, is a layer of its own") {
  Padded channels({0, 1, 1, 0}, {0, 1, 1, 0});
  channels.m.mark_output(channels.conv(false));
  CHECK(mode_of_changed_pad(channels.m, [](Graph*) {}) == Mode::kFolded);
  CHECK(mode_of_changed_pad(channels.m, [](Graph* g) { g->ops[0].attrs.pad_code = -6; }) ==
        Mode::kVector);
  Padded deep({0, 1, 1, 0}, {0, 1, 1, 1});
  const int w = deep.m.weights({4, 3, 3, 5}, std::vector<std::int8_t>(180, 2), {0.01F});
  OpOptions o;
  o.same = false;
  deep.m.mark_output(deep.m.conv(deep.y, w, -1, o, 0.4F, 1));
  CHECK(deep.mode() == Mode::kVector);
}

TEST_CASE("a border behind the image only is folded as well, on one side or both") {
  for (const auto& after : {std::vector<int>{0, 1, 1, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}}) {
    INFO("rows " << after[1] << ", pixels " << after[2]);
    Padded p({0, 0, 0, 0}, after);
    p.m.mark_output(p.conv(false));
    Compiled c(p.m, HwConfig{});
    CHECK(c.layer(0).mode == Mode::kFolded);
    CHECK(c.layer(1).matmul.in.w == 8);
    CHECK(c.layer(1).matmul.in.h == 8);
    CHECK(c.layer(1).out.h == 6 + after[1]);
    CHECK(c.layer(1).out.w == 6 + after[2]);
  }
}

TEST_CASE("a border of 1023 rows is folded, one of 1024 is not") {
  for (const int rows : {1023, 1024}) {
    Padded p({0, rows, 0, 0}, {0, 0, 0, 0});
    p.m.mark_output(p.conv(false));
    CHECK(p.mode() == (rows == 1023 ? Mode::kFolded : Mode::kVector));
  }
}

TEST_CASE("float32 ends are conversions at the boundary, the machine takes and gives codes") {
  ModelBuilder m;
  const int x = m.float_input({1, 4, 4, 2});
  const int q = m.quantize(x, 0.1F, 3);
  const int y = m.logistic(q);
  const int f = m.dequantize(y);
  m.mark_output(f);
  Compiled c(m, HwConfig{});
  CHECK(c.layer(0).mode == Mode::kBoundary);
  CHECK(c.layer(1).mode == Mode::kVector);
  CHECK(c.layer(2).mode == Mode::kBoundary);
  CHECK(c.plan.inputs == std::vector<int>{q});
  CHECK(c.plan.outputs == std::vector<int>{y});
}

TEST_CASE("a constant operand is stored once, in its partner's rows, and read like an activation") {
  ModelBuilder m;
  const int x = m.input({1, 3, 4, 5}, 0.3F, 1);
  const int k = m.constant({1, 3, 4, 5}, std::vector<int>(60, 9), 0.2F, 0);
  const int a = m.add(x, k, {}, 0.5F, 0);
  m.mark_output(m.mul(a, k, {}, 0.5F, 0));
  Compiled c(m, HwConfig{});
  const auto& t = c.plan.tensor(k);
  CHECK(t.storage == k);
  CHECK(t.first == -1);
  CHECK(t.last == 1);
  CHECK(t.rows.h == 3);
  CHECK(t.rows.w * t.rows.c == 20);
}

TEST_CASE(
    "a tensor holds its values until its last reader, an output until behind the last layer") {
  ModelBuilder m;
  const int x = m.input({1, 4, 4, 2}, 0.1F, 0);
  const int a = m.logistic(x), b = m.tanh(a);
  const int flat = m.reshape(a, {1, 4, 8});
  m.mark_output(m.add(b, x, {}, 0.5F, 0));
  m.mark_output(flat);
  Compiled c(m, HwConfig{});
  CHECK(c.plan.tensor(x).last == 3);
  CHECK(c.plan.tensor(b).last == 3);
  CHECK(c.plan.tensor(a).last == 4);  // the RESHAPE is its bytes
  CHECK(c.plan.tensor(flat).storage == a);
}
