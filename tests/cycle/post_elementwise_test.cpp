// Elementwise POST instructions, alone: operands, broadcasts, codes and cycles.
#include <algorithm>
#include <catch2/catch.hpp>

#include "hw_models/spec/numerics.h"
#include "tests/cycle/post_program.h"

using namespace vernier;
using namespace vernier::cycle;

namespace {

using Combine = std::function<int(int a, int b)>;

// The program's output when each element is combine(code of A, code of B), clamped to the bytes.
std::vector<std::uint8_t> expected(bool is_unsigned, int broadcast, int channels,
                                   const Combine& combine) {
  std::vector<std::uint8_t> out;
  const auto code = [&](int operand, int row, int byte) {
    const auto b = PostProgram::byte_at(operand, row, byte);
    return is_unsigned ? int{b} : int{static_cast<std::int8_t>(b)};
  };
  for (int y = 0; y < PostProgram::kRows; ++y) {
    for (int x = 0; x < PostProgram::kRowBytes; ++x) {
      const int b = broadcast == 0   ? code(1, y, x)
                    : broadcast == 1 ? code(1, 0, x % channels)
                                     : code(1, 0, 0);
      const int v = combine(code(0, y, x), b);
      out.push_back(static_cast<std::uint8_t>(is_unsigned ? std::clamp(v, 0, 255)
                                                          : std::clamp(v, -128, 127)));
    }
  }
  return out;
}

PostProgram program(const std::string& insn, bool is_unsigned, int broadcast, int channels) {
  PostProgram p;
  const int width = PostProgram::kRowBytes / channels;
  const std::string shape = fmt::format("width={} channels={}", width, channels);
  const std::string sign = is_unsigned ? " is_unsigned=1" : "";
  p.ofmap = shape + (is_unsigned ? " lo=0 hi=255" : " lo=-128 hi=127");
  p.a = "height=8 " + shape + sign;
  p.b = fmt::format("height=8 {} broadcast={}", shape + sign, broadcast);
  p.insn = insn + " rows=8";
  // Operands of equal scale: x * 2^20 / 2 each, and a sum that is scaled back exactly.
  p.descriptors = {
      "post.scale multiplier=1073741824 shift=-18 op_multiplier=1073741824 op_shift=0 op_left=20"};
  return p;
}

void require_cycles(const PostProgram::Ran& ran, std::int64_t cycles, std::int64_t fetches) {
  CHECK(ran.cycles == cycles);
  CHECK(ran.cycles == ran.closed_form);
  CHECK(ran.last_write == ran.cycles);
  CHECK(ran.writing + static_cast<std::size_t>(fetches) <= static_cast<std::size_t>(cycles));
}

}  // namespace

TEST_CASE("Subtraction takes away what its field says, of signed and unsigned codes") {
  for (const bool is_unsigned : {false, true}) {
    for (const int scale_b : {0, 1}) {
      for (const int subtract : {0, 1, 2}) {
        CAPTURE(is_unsigned, scale_b, subtract);
        auto p = program(fmt::format("post.add subtract={}", subtract), is_unsigned, 0, 1);
        p.descriptors[0] += fmt::format(" scale_b={}", scale_b);
        const auto ran = p.run();
        CHECK(ran.out == expected(is_unsigned, 0, 1, [&](int a, int b) {
                return subtract == 0 ? a + b : subtract == 1 ? a - b : b - a;
              }));
        require_cycles(ran, 1 + 32 + 1 + 8, 0);
      }
    }
  }
}

TEST_CASE("A product of the extreme codes passes the requantizer") {
  for (const bool is_unsigned : {false, true}) {
    auto p = program("post.mul", is_unsigned, 0, 1);
    // 1/128: 255 * 255 is 508.0, above both clamps; the middle is rounded.
    p.descriptors[0] = "post.scale multiplier=1073741824 shift=-6";
    p.b += is_unsigned ? " zero_point=255" : " zero_point=127";
    const int zero = is_unsigned ? 255 : 127;
    const auto ran = p.run();
    CHECK(ran.out == expected(is_unsigned, 0, 1, [&](int a, int b) {
            const std::int64_t x = std::int64_t{a} * (b - zero);
            return multiply_by_quantized_multiplier(static_cast<std::int32_t>(x), {1 << 30, -6});
          }));
    require_cycles(ran, 1 + 32 + 1 + 1 + 4, 0);
  }
}

TEST_CASE("A broadcast pixel is fetched once for every vector of its channels") {
  const Combine product = [](int a, int b) {
    return multiply_by_quantized_multiplier(a * b, {1 << 30, -6});
  };
  for (const int channels : {1, 2, 16, 32, 64}) {
    CAPTURE(channels);
    auto p = program("post.mul", false, 1, channels);
    p.descriptors[0] = "post.scale multiplier=1073741824 shift=-6";
    const auto ran = p.run();
    CHECK(ran.out == expected(false, 1, channels, product));
    const int groups = (channels + 15) / 16;
    require_cycles(ran, 1 + groups * (1 + 8 * 64 / channels) + 1 + 1 + 4, groups);
  }
  // 8 lanes cut 16 channels in two.
  auto p = program("post.mul", false, 1, 16);
  p.config.post_lanes = 8;
  p.descriptors[0] = "post.scale multiplier=1073741824 shift=-6";
  const auto ran = p.run();
  CHECK(ran.out == expected(false, 1, 16, product));
  require_cycles(ran, 1 + 2 * (1 + 32) + 6, 2);
}

TEST_CASE("A broadcast byte costs one fetch, and vectors cross pixels") {
  auto p = program("post.add", false, 2, 4);
  const auto ran = p.run();
  CHECK(ran.out == expected(false, 2, 4, [](int a, int b) { return a + b; }));
  require_cycles(ran, 1 + 1 + 32 + 1 + 8, 1);
}

TEST_CASE("A broadcast operand may lie where the other is read from, a whole one may not") {
  for (const int broadcast : {0, 1, 2}) {
    auto p = program("post.mul", false, broadcast, 16);
    p.descriptors[0] = "post.scale multiplier=1073741824 shift=-6";
    p.b_base = 1024;  // in A's page, row 0 in the bank of A's row 0
    CAPTURE(broadcast);
    if (broadcast == 0) {
      CHECK_THROWS_WITH(p.run(), Catch::Contains("E-PRG-007") && Catch::Contains("row 0"));
    } else {
      CHECK_NOTHROW(p.run());
    }
  }
}

TEST_CASE("A table replaces every byte by the low byte of its entry") {
  PostProgram p = program("post.lut table=1", false, 0, 1);
  for (int i = 0; i < 256; ++i) p.table.push_back(static_cast<std::uint8_t>(255 - i * 7));
  const auto ran = p.run();
  for (int y = 0; y < PostProgram::kRows; ++y) {
    for (int x = 0; x < PostProgram::kRowBytes; ++x) {
      const auto in = PostProgram::byte_at(0, y, x);
      CAPTURE(y, x);
      REQUIRE(ran.out[static_cast<std::size_t>(y * 64 + x)] == p.table[in]);
    }
  }
  require_cycles(ran, 1 + 32 + 1 + 1, 0);
}
