// The reduction passes of a tile: every tap and channel once, in order, within the lanes.
#include "hw_models/spec/mac_passes.h"

#include <catch2/catch.hpp>

using namespace vernier;

namespace {

insn::MacKernel kernel(bool packed, int height, int width, int segments = 1) {
  insn::MacKernel k;
  k.packed = packed ? 1 : 0;
  k.kernel_h = height;
  k.kernel_w = width;
  k.segments = segments;
  return k;
}

insn::MacKernel depthwise(int height, int width, int segments) {
  auto k = kernel(false, height, width, segments);
  k.depthwise = 1;
  k.multiplier = 1;
  return k;
}

// Rows of each pass.
std::vector<int> rows(const insn::MacKernel& k, int channels, int array_rows) {
  std::vector<int> list;
  for (const auto& p : passes_from(k, channels, array_rows, {})) list.push_back(p.rows);
  return list;
}

// Walks all passes and checks that they are the bytes of the kernel in order, lanes contiguous.
void check_complete(const insn::MacKernel& k, int channels, int array_rows) {
  CAPTURE(k.packed, k.kernel_h, k.kernel_w, k.segments, channels, array_rows);
  std::int64_t next = 0;
  if (k.depthwise != 0) channels = 1;  // a lane is a tap
  const bool runs = k.packed != 0 || k.depthwise != 0;
  const std::int64_t run = k.kernel_w * channels;
  for (const auto& p : passes_from(k, channels, array_rows, {})) {
    int lane = 0;
    REQUIRE(p.rows >= 1);
    REQUIRE(p.rows <= array_rows);
    REQUIRE(static_cast<int>(p.segments.size()) <= (runs ? k.segments : 1));
    for (const auto& s : p.segments) {
      REQUIRE(s.lane == lane);
      REQUIRE(s.length >= 1);
      REQUIRE(s.ky * run + std::int64_t{s.kx} * channels + s.offset == next);
      // A segment stays in its row, in channel mode in its pixel.
      REQUIRE(s.offset + s.length <= (runs ? run : channels));
      next += s.length;
      lane += s.length;
    }
    REQUIRE(lane == p.rows);
  }
  REQUIRE(next == k.kernel_h * run);
}

}  // namespace

TEST_CASE("Channel mode takes R - 1, R and R + 1 channels in 1, 1 and 2 passes a tap") {
  const auto k = kernel(false, 1, 1);
  CHECK(rows(k, 15, 16) == std::vector<int>{15});
  CHECK(rows(k, 16, 16) == std::vector<int>{16});
  CHECK(rows(k, 17, 16) == std::vector<int>{16, 1});
  CHECK(rows(kernel(false, 1, 2), 17, 16) == std::vector<int>{16, 1, 16, 1});
}

TEST_CASE("Packed mode takes a 3 x 3 kernel over 3 channels in 2 passes of 16 lanes") {
  CHECK(rows(kernel(true, 3, 3, 4), 3, 16) == std::vector<int>{16, 11});
  CHECK(rows(kernel(true, 10, 4, 4), 1, 16) == std::vector<int>{16, 16, 8});
  // One segment a pass: a pass ends with its kernel row.
  CHECK(rows(kernel(true, 3, 3, 1), 3, 16) == std::vector<int>{9, 9, 9});
  CHECK(rows(kernel(true, 3, 3, 2), 3, 16) == std::vector<int>{16, 11});
  CHECK(rows(kernel(true, 4, 3, 2), 1, 16) == std::vector<int>{6, 6});
}

TEST_CASE(
    "Depthwise mode takes R - 1, R and R + 1 taps in 1, 1 and 2 passes, whatever the channels") {
  CHECK(rows(depthwise(1, 15, 4), 70, 16) == std::vector<int>{15});
  CHECK(rows(depthwise(1, 16, 4), 70, 16) == std::vector<int>{16});
  CHECK(rows(depthwise(1, 17, 4), 70, 16) == std::vector<int>{16, 1});
  CHECK(rows(depthwise(1, 25, 4), 70, 16) == std::vector<int>{16, 9});
  CHECK(rows(depthwise(17, 1, 16), 70, 16) == std::vector<int>{16, 1});
}

TEST_CASE("A 3 x 3 depthwise kernel takes 1 pass of 16 lanes, 2 of 8 and 3 of 4") {
  CHECK(rows(depthwise(3, 3, 4), 16, 16) == std::vector<int>{9});
  CHECK(rows(depthwise(3, 3, 4), 16, 9) == std::vector<int>{9});
  CHECK(rows(depthwise(3, 3, 4), 16, 8) == std::vector<int>{8, 1});
  CHECK(rows(depthwise(3, 3, 4), 16, 4) == std::vector<int>{4, 4, 1});
  // As many kernel rows as a pass may take.
  CHECK(rows(depthwise(3, 3, 2), 16, 16) == std::vector<int>{6, 3});
  CHECK(rows(depthwise(3, 3, 1), 16, 16) == std::vector<int>{3, 3, 3});
  const auto second = passes_from(depthwise(3, 3, 4), 16, 4, {})[1];
  CHECK(second.segments[0].ky == 1);
  CHECK(second.segments[0].offset == 1);  // its first tap
  CHECK(second.segments[1].ky == 2);
  CHECK(second.segments[1].lane == 2);
}

TEST_CASE("Passes cover every byte of the kernel once and in order") {
  for (const bool packed : {false, true}) {
    for (const int height : {1, 2, 3, 10}) {
      for (const int width : {1, 3, 4}) {
        for (const int channels : {1, 3, 4, 5, 16, 17, 70}) {
          for (const int array_rows : {4, 16, 64}) {
            for (const int segments : {1, 2, 4}) {
              check_complete(kernel(packed, height, width, segments), channels, array_rows);
              check_complete(depthwise(height, width, segments), channels, array_rows);
            }
          }
        }
      }
    }
  }
}

TEST_CASE("Passes resumed in the middle are those of the whole reduction") {
  for (const bool packed : {false, true}) {
    const auto k = kernel(packed, 3, 3, 4);
    const auto all = passes_from(k, 21, 16, {});
    PassState state;
    for (std::size_t n = 0; n < all.size(); ++n) {
      const auto rest = passes_from(k, 21, 16, state);
      REQUIRE(rest.size() == all.size() - n);
      REQUIRE(passes_from(k, 21, 16, state, 2).size() == std::min<std::size_t>(2, rest.size()));
      REQUIRE(rest[0].rows == all[n].rows);
      REQUIRE(rest[0].segments[0].ky == all[n].segments[0].ky);
      REQUIRE(rest[0].segments[0].offset == all[n].segments[0].offset);
      next_pass(k, 21, 16, &state);
    }
    REQUIRE(state == PassState{3, 0, 0});
  }
}
