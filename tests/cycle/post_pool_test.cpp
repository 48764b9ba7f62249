// Pools of unsigned codes, and the mean that is requantized.
#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "hw_models/spec/numerics.h"
#include "tests/cycle/post_program.h"

using namespace vernier;
using namespace vernier::cycle;

namespace {

// One window of height x width taps over operand A's corner, of one channel.
PostProgram window(int height, int width, const std::string& insn, bool is_unsigned) {
  PostProgram p;
  p.out_rows = 1;
  p.out_row_bytes = 1;
  p.ofmap = std::string("width=1 channels=1") + (is_unsigned ? " lo=0 hi=255" : " lo=-128 hi=127");
  p.a = std::string("height=8 width=64 channels=1 zero_point=3") +
        (is_unsigned ? " is_unsigned=1" : "");
  const std::int64_t taps = std::int64_t{height} * width;
  const std::int64_t reciprocal = taps < 2 ? 0 : ((std::int64_t{1} << 31) + taps - 1) / taps;
  p.descriptors = {fmt::format("post.window kernel_h={} kernel_w={} stride_h=1 stride_w=1 "
                               "reciprocal={}",
                               height, width, reciprocal),
                   "post.scale multiplier=1431655765 shift=-3"};
  p.insn = insn + " rows=1";
  return p;
}

std::uint8_t result(const PostProgram& p, const std::vector<int>& codes, int width) {
  const auto ran = p.run([&](int, int row, int byte) {
    const auto at = static_cast<std::size_t>(row * width + byte);
    return static_cast<std::uint8_t>(byte < width && at < codes.size() ? codes[at] : 0);
  });
  CHECK(ran.cycles == ran.closed_form);
  CHECK(ran.last_write == ran.cycles);
  return ran.out[0];
}

}  // namespace

TEST_CASE("An average of unsigned codes rounds halves up, of signed ones away from zero") {
  // 127 + 126 = 253: 126.5; as signed codes -1 and -2: -1.5 gives -2.
  CHECK(result(window(1, 2, "post.pool average=1", true), {127, 126}, 2) == 127);
  CHECK(result(window(1, 2, "post.pool average=1", false), {-1, -2}, 2) ==
        static_cast<std::uint8_t>(-2));
  CHECK(result(window(1, 2, "post.pool average=1", true), {255, 254}, 2) == 255);
  CHECK(result(window(1, 3, "post.pool average=1", true), {0, 0, 1}, 3) == 0);
  CHECK(result(window(1, 3, "post.pool average=1", true), {0, 1, 1}, 3) == 1);
  CHECK(result(window(1, 1, "post.pool average=1", true), {255}, 1) == 255);
}

TEST_CASE("The greatest sum of unsigned codes is divided exactly") {
  const std::vector<int> full(512, 255);
  CHECK(result(window(8, 64, "post.pool average=1", true), full, 64) == 255);
  auto one_less = full;
  one_less[0] = 0;  // the sum is 255 * 511: 254.502 rounds up
  CHECK(result(window(8, 64, "post.pool average=1", true), one_less, 64) == 255);
  one_less[1] = 253;  // 254.498 rounds down
  CHECK(result(window(8, 64, "post.pool average=1", true), one_less, 64) == 254);
}

TEST_CASE("A maximum of unsigned codes starts at 0 and passes 128") {
  CHECK(result(window(1, 3, "post.pool", true), {0, 0, 0}, 3) == 0);
  CHECK(result(window(1, 3, "post.pool", true), {127, 128, 3}, 3) == 128);
  CHECK(result(window(1, 3, "post.pool", false), {127, 128, 3}, 3) == 127);
  CHECK(result(window(1, 2, "post.pool", false), {-128, -128}, 2) == 128);
}

TEST_CASE(
    "A mean takes the zero points from its sum and is requantized with the layer's rounding") {
  for (const bool is_unsigned : {false, true}) {
    const std::vector<int> codes{100, 7, 3, 90, 12, 61};
    const int sum = std::accumulate(codes.begin(), codes.end(), 0) - 6 * 3;
    for (const int rounding : {0, 1, 2}) {
      auto p = window(2, 3, "post.pool average=1 scaled=1", is_unsigned);
      p.ofmap += fmt::format(" rounding={} zero_point=5", rounding);
      const int want = 5 + multiply_by_quantized_multiplier(sum, {1431655765, -3},
                                                            static_cast<Rounding>(rounding));
      CHECK(result(p, codes, 3) == static_cast<std::uint8_t>(want));
    }
  }
}
