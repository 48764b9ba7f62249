// The tile pass: output tiles fit the accumulators, chunks fit the weight memory, packed mode is
// taken where it saves passes.
#include <algorithm>
#include <set>

#include "tests/compiler/plan_cases.h"

using namespace vernier;
using namespace vernier::compiler;

namespace {

HwConfig with_entries(int entries) {
  HwConfig c;
  c.acc_mem_entries = entries;
  return c;
}

const MatmulPlan& tile_of(Compiled& c) { return c.tiled().layer(0).matmul; }

}  // namespace

TEST_CASE("an image of n pixels is one tile with n accumulator entries and two with n - 1") {
  const auto model = conv_of({1, 6, 7, 4}, {4, 3, 3, 4});
  Compiled fits(model, with_entries(42)), split(model, with_entries(41));
  CHECK(tile_of(fits).tile_h == 6);
  CHECK(tile_of(fits).tile_w == 7);
  CHECK(tile_of(split).tile_h == 3);  // two even halves, not 5 + 1
  CHECK(tile_of(split).tile_w == 7);
}

TEST_CASE("a row of n pixels is whole with n accumulator entries and halved with n - 1") {
  const auto model = conv_of({1, 3, 12, 4}, {4, 1, 1, 4});
  Compiled fits(model, with_entries(12)), split(model, with_entries(11));
  CHECK(tile_of(fits).tile_w == 12);
  CHECK(tile_of(fits).tile_h == 1);
  CHECK(tile_of(split).tile_w == 6);
  CHECK(tile_of(split).tile_h == 1);
}

TEST_CASE("a reduction of half the weight memory is one chunk, one lane more splits it") {
  HwConfig c;
  c.weight_mem_kib = 1;  // 64 rows of 16
  const auto chunks = [&](int channels) {
    Compiled one(conv_of({1, 4, 4, channels}, {4, 1, 1, channels}), c);
    return tile_of(one).chunks.size();
  };
  CHECK(chunks(32) == 1);
  CHECK(chunks(33) == 3);  // quarters of 16 rows
}

TEST_CASE("chunks cover the passes in order, each within the weight memory") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto random = random_case(seed);
    INFO("seed " << seed);
    try {
      Compiled c(random.bytes, random.config, Profile::kTflm);
      c.tiled();
      for (const auto& layer : c.plan.layers) {
        if (layer.mode != LayerPlan::Mode::kMatmul) continue;
        const auto& m = layer.matmul;
        const auto& config = random.config;
        REQUIRE(m.tile_h * m.tile_w <= config.acc_mem_entries);
        REQUIRE(m.tile_h >= 1);
        REQUIRE(m.tile_w >= 1);
        std::size_t next = 0;
        std::int64_t lanes = 0;
        for (const auto& chunk : m.chunks) {
          REQUIRE(chunk.first_pass == next);
          REQUIRE(chunk.passes >= 1);
          int rows = 0;
          for (std::size_t p = 0; p < chunk.passes; ++p) rows += m.passes[next + p].rows;
          REQUIRE(chunk.rows == rows);
          REQUIRE(rows <= config.weight_words());
          if (m.chunks.size() > 1) {
            REQUIRE(rows <= std::max(config.array_rows, config.weight_words() / 2));
          }
          // The chunk's state continues exactly where its passes begin.
          PassState state = chunk.begin;
          REQUIRE(next_pass(m.kernel, m.in.c, config.array_rows, &state).rows ==
                  m.passes[next].rows);
          next += chunk.passes;
          lanes += rows;
        }
        REQUIRE(next == m.passes.size());
        const std::int64_t taps = m.kernel.kernel_h * m.kernel.kernel_w;
        REQUIRE(lanes == (m.kernel.depthwise != 0 ? taps : taps * m.in.c));
      }
    } catch (const Error& e) {
      REQUIRE(e.exit_code() == kExitRejected);
    }
  }
}

TEST_CASE("three channels under a 3 x 3 kernel go packed, an array's worth goes by channel") {
  Compiled packed(conv_of({1, 8, 8, 3}, {16, 3, 3, 3}), HwConfig{});
  CHECK(tile_of(packed).kernel.packed == 1);
  CHECK(tile_of(packed).passes.size() == 2);
  Compiled channel(conv_of({1, 8, 8, 16}, {16, 3, 3, 16}), HwConfig{});
  CHECK(tile_of(channel).kernel.packed == 0);
  CHECK(tile_of(channel).passes.size() == 9);
}

TEST_CASE("no pass reads two kernel rows from one bank, also when rows are dilated") {
  for (const int dilation : {1, 2, 3, 4}) {
    for (const int banks : {1, 2, 4, 8}) {
      OpOptions o;
      o.dilation_h = dilation;
      HwConfig c;
      c.act_mem_banks = banks;
      Compiled one(conv_of({1, 16, 8, 1}, {4, 7, 3, 1}, o), c);
      INFO("dilation " << dilation << ", banks " << banks);
      for (const auto& pass : tile_of(one).passes) {
        std::set<int> used;
        for (const auto& s : pass.segments) {
          REQUIRE(used.insert(s.ky * dilation % banks).second);
        }
      }
    }
  }
}

TEST_CASE("a kernel whose columns are dilated stays in channel mode") {
  OpOptions o;
  o.dilation_w = 2;
  Compiled c(conv_of({1, 8, 8, 2}, {4, 3, 3, 2}, o), HwConfig{});
  CHECK(tile_of(c).kernel.packed == 0);
}

namespace {

// DEPTHWISE_CONV_2D of `channels` x `multiplier` output channels with weight codes 1, 2, 3, ...
ModelBuilder depthwise_of(int channels, int kernel, int multiplier, OpOptions o = {}) {
  ModelBuilder m;
  o.depth_multiplier = multiplier;
  const int outputs = channels * multiplier;
  std::vector<std::int8_t> codes;
  for (int i = 0; i < kernel * kernel * outputs; ++i) {
    codes.push_back(static_cast<std::int8_t>(i % 127 + 1));
  }
  const int x = m.input({1, 8, 9, channels}, 0.3F, -3);
  const int w = m.weights({1, kernel, kernel, outputs}, codes, {0.011F}, 3);
  m.mark_output(m.depthwise_conv(x, w, -1, o, 4.7F, 5));
  return m;
}

HwConfig rows_of(int rows) {
  HwConfig c;
  c.array_rows = rows;
  return c;
}

}  // namespace

TEST_CASE("a depthwise layer takes its taps in passes of R lanes, whatever its channels") {
  for (const auto& [rows, passes] : {std::pair{16, 1}, {8, 2}, {4, 3}}) {
    Compiled c(depthwise_of(40, 3, 1), rows_of(rows));
    CHECK(tile_of(c).kernel.depthwise == 1);
    CHECK(tile_of(c).kernel.multiplier == 1);
    CHECK(tile_of(c).kernel.segments == 4);
    CHECK(tile_of(c).passes.size() == static_cast<std::size_t>(passes));
  }
  Compiled wide(depthwise_of(3, 5, 2), rows_of(16));
  CHECK(tile_of(wide).kernel.multiplier == 2);
  CHECK(tile_of(wide).passes.size() == 2);
}

TEST_CASE("a depthwise layer over one channel is a packed convolution unless its taps are apart") {
  Compiled one(depthwise_of(1, 3, 8), HwConfig{});
  CHECK(tile_of(one).kernel.depthwise == 0);
  CHECK(tile_of(one).kernel.packed == 1);
  CHECK(tile_of(one).passes.size() == 1);
  OpOptions dilated;
  dilated.dilation_w = 2;
  Compiled apart(depthwise_of(1, 3, 8, dilated), HwConfig{});
  CHECK(tile_of(apart).kernel.depthwise == 1);
  CHECK(tile_of(apart).kernel.multiplier == 8);
}
