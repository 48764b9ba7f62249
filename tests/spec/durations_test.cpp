// How long instructions last, as exact numbers at the corners of their closed forms.
#include "hw_models/spec/durations.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "hw_models/spec/machine.h"

using namespace vernier;

namespace {

HwConfig machine(int rows, int cols, int lanes, int bytes_per_cycle = 16) {
  HwConfig c;
  c.array_rows = rows;
  c.array_cols = cols;
  c.post_lanes = lanes;
  c.dram_bytes_per_cycle = bytes_per_cycle;
  return c;
}

// A 1 x 1 kernel over `channels` channels, all its passes.
MacRegisters pointwise(int channels, int rows) {
  MacRegisters r;
  r.ifmap.channels = channels;
  r.kernel.kernel_h = r.kernel.kernel_w = 1;
  r.reduce.passes = (channels + rows - 1) / rows;
  return r;
}

insn::MacTile tile(int height, int width, int next_rows = 0, bool preloaded = false) {
  insn::MacTile t;
  t.height = height;
  t.width = width;
  t.next_rows = next_rows;
  t.preloaded = preloaded ? 1 : 0;
  return t;
}

// A depthwise kernel of height x width taps, all its passes of one tile of 16 lanes.
MacRegisters window(int height, int width, int pad, int stride) {
  MacRegisters r;
  r.ifmap.channels = 16;
  r.kernel.depthwise = r.kernel.multiplier = 1;
  r.kernel.kernel_h = height;
  r.kernel.kernel_w = width;
  r.kernel.segments = 4;
  r.kernel.pad_top = r.kernel.pad_left = pad;
  r.kernel.stride_h = r.kernel.stride_w = stride;
  r.kernel.dilation_h = r.kernel.dilation_w = 1;
  r.reduce.passes = 1;
  return r;
}

// How the first pass over a row of pixels feeds.
PassFeed tile_feed(const HwConfig& c, const MacRegisters& r, int x0, int width) {
  insn::MacTile t = tile(1, width);
  t.x0 = x0;
  return pass_feed(r, t, passes_from(r.kernel, 16, c.array_rows, {})[0]);
}

PostRegisters post(int width, int channels) {
  PostRegisters r;
  r.ofmap.width = r.a.width = r.b.width = width;
  r.ofmap.channels = r.a.channels = r.b.channels = channels;
  return r;
}

}  // namespace

TEST_CASE("A DRAM transfer takes a beat for every started bus word") {
  const HwConfig c = machine(16, 16, 16, 16);
  CHECK(dram_beats(c, 1) == 1);
  CHECK(dram_beats(c, 15) == 1);
  CHECK(dram_beats(c, 16) == 1);
  CHECK(dram_beats(c, 17) == 2);
  CHECK(act_beats(c, 3, 17) == 6);  // every row begins on its own beat
  insn::LoadWeights w;
  w.words = 5;
  CHECK(transfer_beats(machine(16, 8, 8, 16), w) == 3);
  insn::LoadParams p;
  p.count = 3;
  CHECK(transfer_beats(c, p) == 3);  // 36 bytes
  insn::LoadLut l;
  l.count = 256;
  CHECK(transfer_beats(c, l) == 64);
  insn::LoadProgram f;
  f.count = 7;
  CHECK(transfer_beats(c, f) == 7);
  CHECK(transfer_beats(c, insn::MacTile{}) == 0);
}

TEST_CASE("A single pass lasts as long as its pixels, at least four cycles") {
  const HwConfig c = machine(16, 16, 16);
  const auto lasts = [&](int pixels) {
    return mac_tile_timing(c, pointwise(16, 16), tile(1, pixels, 0, true)).duration;
  };
  CHECK(lasts(1) == 1 + 4);
  CHECK(lasts(3) == 1 + 4);
  CHECK(lasts(4) == 1 + 4);
  CHECK(lasts(5) == 1 + 5);
  CHECK(lasts(256) == 1 + 256);
}

TEST_CASE("P pixels hide the load of R weight rows from P = R on") {
  const HwConfig c = machine(16, 16, 16);
  // Two passes of 16 rows: the first loads the second's rows, the second none.
  const auto timing = [&](int pixels, bool preloaded) {
    return mac_tile_timing(c, pointwise(32, 16), tile(1, pixels, 0, preloaded));
  };
  CHECK(timing(1, true).duration == 1 + 16 + 4);
  CHECK(timing(15, true).duration == 1 + 16 + 15);
  CHECK(timing(16, true).duration == 1 + 16 + 16);
  CHECK(timing(17, true).duration == 1 + 17 + 17);
  CHECK(timing(17, false).duration == 1 + 16 + 17 + 17);
  CHECK(timing(17, false).start_of_last_pass == 1 + 16 + 17);
  CHECK(timing(1, true).start_of_last_pass == 1 + 16);
  CHECK(timing(17, false).vectors == 34);
  CHECK(timing(17, false).feeding == 34);
  CHECK(timing(1, false).feeding == 2);
}

TEST_CASE("A depthwise row of W pixels under a 3 x 3 kernel with padding takes W + 1 cycles") {
  const HwConfig c = machine(16, 16, 16);
  const auto feed = [&](int x0, int width, int pad, int stride) {
    return tile_feed(c, window(3, 3, pad, stride), x0, width);
  };
  // Columns left of the image cost nothing, columns right of it one cycle each.
  CHECK(feed(0, 8, 1, 1) == PassFeed{1, 1, 9});
  CHECK(feed(0, 1, 1, 1) == PassFeed{1, 1, 2});
  CHECK(feed(0, 8, 0, 1) == PassFeed{2, 1, 10});
  CHECK(feed(0, 8, 2, 1) == PassFeed{0, 1, 8});
  // A piece of a row that begins inside the image fills the whole window.
  CHECK(feed(1, 8, 1, 1) == PassFeed{2, 1, 10});
  CHECK(feed(0, 8, 1, 2) == PassFeed{1, 2, 16});
  CHECK(feed(0, 8, 0, 3) == PassFeed{2, 3, 24});
  // Pixels whose windows lie in the padding alone are fed all the same, one a cycle.
  CHECK(feed(0, 8, 3, 1) == PassFeed{0, 1, 8});
  CHECK(feed(0, 8, 5, 1) == PassFeed{0, 1, 8});
}

TEST_CASE("A depthwise pass fills its window for the taps that it has") {
  const HwConfig c = machine(4, 16, 16);
  MacRegisters r = window(3, 3, 1, 1);
  // Passes of taps 0 1 2 0, 1 2 0 1 and 2.
  const auto t = tile(2, 8, 0, true);
  const auto passes = passes_from(r.kernel, 16, 4, {});
  REQUIRE(passes.size() == 3);
  CHECK(pass_feed(r, t, passes[0]) == PassFeed{1, 1, 9});
  CHECK(pass_feed(r, t, passes[1]) == PassFeed{1, 1, 9});
  CHECK(pass_feed(r, t, passes[2]) == PassFeed{0, 1, 8});  // column 1 is its first and last
  r.reduce.passes = 3;
  const auto timing = mac_tile_timing(c, r, t);
  CHECK(timing.duration == 1 + 18 + 18 + 16);
  CHECK(timing.start_of_last_pass == 1 + 18 + 18);
  CHECK(timing.feeding == 18 + 18 + 16);
  CHECK(timing.vectors == 3 * 16);
  CHECK(timing.last == PassFeed{0, 1, 8});
  CHECK(mac_tile_timing(c, r, tile(2, 8, 0, false)).duration == 1 + 4 + 18 + 18 + 16);
  CHECK(mac_tile_timing(c, r, tile(2, 8, 17, true)).duration == 1 + 18 + 18 + 17);
}

TEST_CASE("Dilation widens the depthwise window") {
  const HwConfig c = machine(16, 16, 16);
  MacRegisters r = window(3, 3, 2, 1);
  r.kernel.dilation_w = 2;
  CHECK(tile_feed(c, r, 0, 8) == PassFeed{2, 1, 10});
  r.kernel.pad_left = 0;
  CHECK(tile_feed(c, r, 0, 8) == PassFeed{4, 1, 12});
}

TEST_CASE("An accumulator comes again no sooner than four cycles later, in the smallest tile too") {
  for (const int height : {1, 2, 3}) {
    for (const int width : {1, 2, 3}) {
      for (const int pad : {0, 1, 2, 5}) {
        for (const int rows : {4, 5, 7, 8}) {
          MacRegisters r = window(5, 5, pad, 1);
          const auto t = tile(height, width);
          const auto passes = passes_from(r.kernel, 16, rows, {});
          for (std::size_t j = 0; j + 1 < passes.size(); ++j) {
            const auto feed = pass_feed(r, t, passes[j]), next = pass_feed(r, t, passes[j + 1]);
            const std::int64_t length = pass_cycles(feed, height, 0);
            CAPTURE(height, width, pad, rows, j);
            REQUIRE(feed.cycle(height - 1, width - 1) < length);
            for (int y = 0; y < height; ++y) {
              REQUIRE(length + next.cycle(y, 0) - feed.cycle(y, 0) >= kMacPassMin);
            }
          }
        }
      }
    }
  }
}

TEST_CASE("A drain's lag is the least that keeps every vector behind its pixel") {
  for (const int height : {1, 2, 5}) {
    for (const int width : {1, 2, 7}) {
      for (const PassFeed feed : {PassFeed{0, 1, width}, PassFeed{1, 1, width + 1},
                                  PassFeed{2, 2, 2 * width + 1}, PassFeed{4, 3, 3 * width + 2}}) {
        for (const int per_pixel : {1, 2, 3, 4}) {
          std::int64_t least = 0;
          for (int p = 0; p < height * width; ++p) {
            least = std::max(least, feed.cycle(p / width, p % width) - p * per_pixel);
          }
          CAPTURE(height, width, feed.first, feed.step, per_pixel);
          REQUIRE(drain_lag(feed, height, width, per_pixel) == least);
        }
      }
    }
  }
  const HwConfig c = machine(16, 16, 16);
  MacRegisters r = window(3, 3, 1, 1);
  CHECK(drain_lag(c, r, tile(5, 8), 16) == 5);                   // a cycle for each row
  CHECK(drain_lag(machine(16, 16, 8), r, tile(5, 8), 16) == 1);  // the first pixel's
  r.kernel.depthwise = 0;
  CHECK(drain_lag(c, r, tile(5, 8), 16) == 0);
}

TEST_CASE("A drain may follow a drain when it has read its last vector, anything else at its end") {
  const HwConfig c = machine(16, 16, 8);
  insn::PostDrain d;
  d.height = 2;
  d.width = 3;
  d.cols = 16;
  CHECK(post_interval(c, {}, d, insn::PostDrain{}) == 12);
  CHECK(post_duration(c, {}, d) == 5 + 12 + 1 + 4);
  CHECK(post_interval(c, {}, d, insn::PostOfmap{}) == 22);
  CHECK(post_interval(c, {}, d, insn::PostWait{}) == 22);
  d.lag = 7;
  CHECK(post_interval(c, {}, d, insn::PostDrain{}) == 19);
  CHECK(post_duration(c, {}, d) == 7 + 22);
  CHECK(post_interval(c, {}, insn::PostOfmap{}, d) == 1);
}

TEST_CASE("Loading ahead for the next tile lengthens a short last pass") {
  const HwConfig c = machine(16, 16, 16);
  const auto lasts = [&](int pixels, int next_rows) {
    return mac_tile_timing(c, pointwise(16, 16), tile(1, pixels, next_rows, true)).duration;
  };
  CHECK(lasts(15, 16) == 1 + 16);
  CHECK(lasts(16, 16) == 1 + 16);
  CHECK(lasts(17, 16) == 1 + 17);
  CHECK(lasts(1, 3) == 1 + 4);
  CHECK(lasts(1, 5) == 1 + 5);
}

TEST_CASE("A short last pass loads only its own rows") {
  const HwConfig c = machine(16, 16, 16);
  // 17 channels: passes of 16 and 1 rows.
  const auto t = mac_tile_timing(c, pointwise(17, 16), tile(1, 1, 0, false));
  CHECK(t.duration == 1 + 16 + 4 + 4);
}

TEST_CASE("A drain gives one vector of lanes a cycle behind a fixed lead") {
  insn::PostDrain d;
  d.height = 2;
  d.width = 3;
  const int fixed = kPostLead + kPostReadStages + kRequantizerLatency;
  CHECK(fixed == 10);
  const auto lasts = [&](int cols, int lanes) {
    d.cols = cols;
    return post_duration(machine(16, 16, lanes), {}, d);
  };
  CHECK(lasts(16, 16) == fixed + 6);
  CHECK(lasts(1, 16) == fixed + 6);
  CHECK(lasts(16, 8) == fixed + 12);
  CHECK(lasts(9, 8) == fixed + 12);
  CHECK(lasts(8, 8) == fixed + 6);
  CHECK(lasts(16, 1) == fixed + 96);
}

TEST_CASE("Elementwise instructions take their rows in runs of lanes bytes") {
  const HwConfig c = machine(16, 16, 16);
  insn::PostAdd a;
  a.rows = 3;
  insn::PostRescale q;
  q.rows = 3;
  CHECK(post_duration(c, post(1, 15), a) == 1 + 3 + 1 + 8);
  CHECK(post_duration(c, post(1, 16), a) == 1 + 3 + 1 + 8);
  CHECK(post_duration(c, post(1, 17), a) == 1 + 6 + 1 + 8);
  CHECK(post_duration(c, post(1, 17), q) == 1 + 6 + 1 + 4);
}

TEST_CASE("A move's runs end where a row of either side ends") {
  const HwConfig c = machine(16, 16, 16);
  PostRegisters r = post(1, 20);
  r.ofmap.channels = 12;
  insn::PostMove m;
  m.bytes = 60;
  // Cuts at 20, 40 and at 12, 24, 36, 48: runs of 12 8 4 12 4 8 12.
  CHECK(post_vectors(c, r, m) == 7);
  CHECK(post_duration(c, r, m) == 1 + 7 + 1);
  r.ofmap.channels = 20;
  CHECK(post_vectors(c, r, m) == 6);  // 16 + 4 three times
}

TEST_CASE("A pool takes a cycle for every tap, inside the image or not") {
  const HwConfig c = machine(16, 16, 16);
  PostRegisters r = post(5, 17);
  r.window.kernel_h = 3;
  r.window.kernel_w = 2;
  r.window.pad_top = 2;
  insn::PostPool p;
  p.rows = 4;
  CHECK(post_vectors(c, r, p) == 4 * 5 * 2 * 6);
  CHECK(post_duration(c, r, p) == 1 + 240 + 1 + 1 + 4);
}

TEST_CASE("Softmax reads its table twice a channel and divides once a pixel") {
  const HwConfig c = machine(16, 16, 16);
  insn::PostSoftmax s;
  s.rows = 2;
  CHECK(softmax_pixel_cycles(16, 10) == 1 + 10 + 28 + 10 + 1 + 1 + 4);
  CHECK(softmax_pixel_cycles(16, 17) == 2 + 17 + 28 + 17 + 6);
  CHECK(post_duration(c, post(3, 10), s) == 1 + 6 * 55);
}

TEST_CASE("Descriptors and waits last one cycle") {
  const HwConfig c = machine(16, 16, 16);
  CHECK(post_duration(c, {}, insn::PostOfmap{}) == 1);
  CHECK(post_duration(c, {}, insn::PostScale{}) == 1);
  CHECK(post_duration(c, {}, insn::PostWait{}) == 1);
}
