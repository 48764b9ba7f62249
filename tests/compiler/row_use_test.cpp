// Which rows of an operand some output rows read: not one row fewer, not one more.
#include "compiler/passes/row_use.h"

#include "tests/compiler/plan_cases.h"

using namespace vernier;
using namespace vernier::compiler;

namespace {

// The operands of the last layer, of a model with one output.
std::vector<RowUse> uses_of(const ModelBuilder& m) {
  Compiled c(m, HwConfig{});
  c.tiled();
  return row_uses(c.plan, c.plan.layers.back());
}

RowUse conv_use(int height, int kernel, const OpOptions& o) {
  return uses_of(conv_of({1, height, 4, 2}, {3, kernel, 1, 2}, o)).at(0);
}

void check_rows(const RowUse& u, int y, int end_y, int first, int end) {
  CAPTURE(y, end_y, u.stride, u.pad, u.extent, u.whole);
  CHECK(u.first(y) == first);
  CHECK(u.end(end_y) == end);
}

}  // namespace

TEST_CASE("an output row of a 3 x 3 convolution reads its row and one to each side") {
  const RowUse u = conv_use(10, 3, {});
  check_rows(u, 0, 1, 0, 2);  // the border has no rows
  check_rows(u, 1, 2, 0, 3);
  check_rows(u, 5, 6, 4, 7);
  check_rows(u, 9, 10, 8, 10);
  check_rows(u, 2, 6, 1, 7);  // four rows of one strip
}

TEST_CASE("a stride of 2 moves the window by two rows, and VALID has no border") {
  OpOptions o;
  o.stride_h = o.stride_w = 2;
  o.same = false;
  const RowUse u = conv_use(9, 3, o);
  check_rows(u, 0, 1, 0, 3);
  check_rows(u, 3, 4, 6, 9);
  OpOptions past = o;
  past.stride_h = past.stride_w = 4;  // rows between the windows are never read
  const RowUse gaps = conv_use(9, 3, past);
  check_rows(gaps, 1, 2, 4, 7);
}

TEST_CASE("a dilated kernel reads as far as its outermost taps") {
  OpOptions o;
  o.dilation_h = 3;
  o.same = false;
  const RowUse u = conv_use(12, 3, o);
  check_rows(u, 0, 1, 0, 7);
  check_rows(u, 5, 6, 5, 12);
}

TEST_CASE("a window that lies in the border alone reads nothing") {
  RowUse u;
  u.height = 4;
  u.pad = 5;
  u.extent = 3;
  check_rows(u, 0, 1, 0, 0);
  check_rows(u, 2, 3, 0, 0);
  check_rows(u, 3, 4, 0, 1);
  check_rows(u, 9, 10, 4, 4);
}

TEST_CASE("the border of a folded PAD shifts the rows that a convolution reads") {
  ModelBuilder m;
  const int x = m.pad(m.input({1, 8, 8, 2}, 0.3F, 4), {0, 2, 0, 0}, {0, 1, 0, 0});
  const int w = m.weights({1, 3, 1, 2}, std::vector<std::int8_t>(6, 1), {0.01F});
  OpOptions o;
  o.same = false;
  m.mark_output(m.conv(x, w, -1, o, 0.5F, 0));
  const RowUse u = uses_of(m).at(0);
  CHECK(u.tensor == 0);
  CHECK(u.height == 8);
  check_rows(u, 0, 1, 0, 1);
  check_rows(u, 8, 9, 6, 8);
}

TEST_CASE("a pool reads the rows of its windows") {
  ModelBuilder m;
  OpOptions o;
  o.filter_h = o.filter_w = 3;
  o.stride_h = o.stride_w = 2;
  o.same = false;
  m.mark_output(m.max_pool(m.input({1, 11, 5, 3}, 0.3F, 4), o));
  const RowUse u = uses_of(m).at(0);
  check_rows(u, 0, 1, 0, 3);
  check_rows(u, 4, 5, 8, 11);
}

TEST_CASE(
    "elementwise operators read the row that they write, a broadcast vector is always its one "
    "row") {
  ModelBuilder m;
  const int x = m.input({1, 6, 5, 4}, 0.3F, 4), y = m.input({1, 6, 5, 4}, 0.2F, 1);
  m.mark_output(m.add(x, y, {}, 0.5F, 0));
  for (const auto& u : uses_of(m)) check_rows(u, 3, 4, 3, 4);
  ModelBuilder vector;
  const int a = vector.input({1, 6, 5, 4}, 0.3F, 4);
  const int k = vector.constant({1, 1, 1, 4}, {1, 2, 3, 4}, 0.1F, 0);
  vector.mark_output(vector.mul(a, k, {}, 0.5F, 0));
  const auto uses = uses_of(vector);
  REQUIRE(uses.size() == 2);
  check_rows(uses[0], 3, 4, 3, 4);
  check_rows(uses[1], 3, 4, 0, 1);
  CHECK(uses[1].tensor == k);
}

TEST_CASE("a tensor that is both operands is read once") {
  ModelBuilder m;
  const int x = m.input({1, 6, 5, 4}, 0.3F, 4);
  m.mark_output(m.add(x, x, {}, 0.5F, 0));
  CHECK(uses_of(m).size() == 1);
}

TEST_CASE("an average of the whole image and a fully connected layer need every row at once") {
  ModelBuilder m;
  m.mark_output(m.mean(m.input({1, 7, 5, 4}, 0.3F, 4), {1, 2}, true, 0.3F, 0));
  check_rows(uses_of(m).at(0), 0, 1, 0, 7);
  ModelBuilder fc;
  const int flat = fc.reshape(fc.input({1, 7, 5, 4}, 0.3F, 4), {1, 140});
  const int w = fc.weights({3, 140}, std::vector<std::int8_t>(420, 1), {0.01F});
  fc.mark_output(fc.fully_connected(flat, w, -1, {}, 1.0F, 0));
  Compiled c(fc, HwConfig{});
  c.tiled();
  for (const auto& layer : c.plan.layers) {
    for (const auto& u : row_uses(c.plan, layer)) {
      CHECK(u.first(0) == 0);
      CHECK(u.end(1) == u.height);
    }
  }
}

TEST_CASE("a PAD of its own reads the row that it copies, its borders none beyond the image") {
  ModelBuilder m;
  m.mark_output(m.pad(m.input({1, 6, 5, 4}, 0.3F, 4), {0, 2, 1, 0}, {0, 3, 1, 0}));
  const RowUse u = uses_of(m).at(0);
  REQUIRE_FALSE(u.whole);
  check_rows(u, 2, 3, 0, 1);
  check_rows(u, 7, 8, 5, 6);
  CHECK(u.end(11) == 6);
}

TEST_CASE("operands side by side in a CONCATENATION of channels are read row by row") {
  ModelBuilder m;
  const int x = m.input({1, 6, 5, 4}, 0.3F, 4), y = m.input({1, 6, 5, 3}, 0.3F, 4);
  m.mark_output(m.concatenation({x, y}, 3, 0.3F, 4));
  const auto uses = uses_of(m);
  REQUIRE(uses.size() == 2);
  for (const auto& u : uses) check_rows(u, 4, 5, 4, 5);
}

TEST_CASE("a planar graph input becomes pixels row by row") {
  ModelBuilder m;
  m.mark_output(m.transpose(m.input({1, 3, 9, 5}, 0.3F, 4), {0, 2, 3, 1}));
  Compiled c(m, HwConfig{});
  c.tiled();
  const auto& t = c.plan.tensor(0);
  CHECK(t.planes == 3);
  CHECK(t.rows.h == 9);
  CHECK(t.rows.w * t.rows.c == 15);
  check_rows(row_uses(c.plan, c.plan.layers[0]).at(0), 4, 5, 4, 5);
}

TEST_CASE("a planar tensor that another layer made is turned around as a whole") {
  ModelBuilder m;
  const int x = m.quantize(m.input({1, 3, 9, 5}, 0.3F, 4), 0.4F, 0);
  m.mark_output(m.transpose(x, {0, 2, 3, 1}));
  CHECK(uses_of(m).at(0).whole);
}

TEST_CASE("layers that do nothing on the machine read nothing") {
  ModelBuilder m;
  const int x = m.reshape(m.input({1, 4, 4, 2}, 0.3F, 4), {1, 4, 2, 4});
  m.mark_output(m.relu(x, 0.3F, 4));
  Compiled c(m, HwConfig{});
  c.tiled();
  REQUIRE(c.layer(0).mode == LayerPlan::Mode::kAlias);
  CHECK(row_uses(c.plan, c.layer(0)).empty());
}

TEST_CASE("rows that are enlarged read one row for several of theirs") {
  ModelBuilder m;
  m.mark_output(m.resize_nearest(m.input({1, 6, 4, 3}, 0.3F, -3), 18, 8));
  const RowUse u = uses_of(m).at(0);
  check_rows(u, 0, 1, 0, 1);
  check_rows(u, 0, 3, 0, 1);
  check_rows(u, 2, 4, 0, 2);
  check_rows(u, 3, 6, 1, 2);
  check_rows(u, 17, 18, 5, 6);
}
