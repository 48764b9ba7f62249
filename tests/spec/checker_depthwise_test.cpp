// Static checks of depthwise mode: its fields, the banks of its kernel rows, and the lag of the
// drain behind a tile.
#include <catch2/catch.hpp>

#include "hw_models/spec/checker.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/ports.h"
#include "tests/support/pointwise_program.h"

using namespace vernier;
using Catch::Contains;
using L = PointwiseProgram;

namespace {

std::string finding(const Program& p) {
  try {
    check_program(p, "test");
  } catch (const Error& e) {
    return e.what();
  }
  return "legal";
}

// 3 x 3 taps with padding over 4 x 4 pixels of 16 channels: a row takes 5 cycles.
PointwiseProgram depthwise(const std::string& kernel = "segments=3 multiplier=1",
                           const std::string& drain = "lag=4") {
  PointwiseProgram p;
  p.lines[L::kKernel] =
      "mac.kernel depthwise=1 kernel_h=3 kernel_w=3 stride_h=1 stride_w=1 dilation_h=1 "
      "dilation_w=1 pad_top=1 pad_left=1 " +
      kernel;
  p.lines[L::kDrain] += " " + drain;
  return p;
}

}  // namespace

TEST_CASE("A drain behind a depthwise tile may have the least lag and not one cycle less") {
  CHECK(finding(depthwise().program()) == "legal");
  CHECK(finding(depthwise("segments=3 multiplier=1", "lag=5").program()) == "legal");
  const auto early = finding(depthwise("segments=3 multiplier=1", "lag=3").program());
  CHECK_THAT(early, Contains("E-PRG-005"));
  CHECK_THAT(early, Contains("lag 3, must be at least 4"));
  CHECK_THAT(early, Contains("mac.tile"));
}

TEST_CASE("Cycles between the tile's token and its drain count for the lag") {
  // The wait takes the token; the drain starts a cycle later.
  PointwiseProgram p = depthwise("segments=3 multiplier=1", "lag=3");
  p.lines[L::kDrain] = "post.drain height=4 width=4 cols=16 wait_load=1 signal_store=1 lag=3";
  p.lines.insert(p.lines.begin() + L::kDrain, "post.wait wait_mac=1");
  CHECK(finding(p.program()) == "legal");
  p.lines[L::kDrain + 1].replace(p.lines[L::kDrain + 1].find("lag=3"), 5, "lag=2");
  CHECK_THAT(finding(p.program()), Contains("lag 2, must be at least 3"));
}

TEST_CASE("A drain that may follow another at once has the lag of its own tile to keep") {
  // Two tiles of two rows; each row of the second is one cycle late as well.
  for (const int lag : {1, 2}) {
    PointwiseProgram p = depthwise();
    p.lines[L::kTile] = "mac.tile height=2 width=4 clear=1 wait_load=2 signal_post=1";
    p.lines[L::kDrain] = "post.drain height=2 width=4 cols=16 wait_load=1 wait_mac=1 lag=2";
    p.lines.insert(p.lines.begin() + L::kDrain + 1,
                   fmt::format("post.drain y0=2 height=2 width=4 cols=16 buffer=1 wait_mac=1 "
                               "signal_store=1 lag={}",
                               lag));
    p.lines.insert(p.lines.begin() + L::kTile + 1,
                   "mac.tile y0=2 height=2 width=4 clear=1 buffer=1 signal_post=1");
    if (lag == 2) {
      CHECK(finding(p.program()) == "legal");
    } else {
      CHECK_THAT(finding(p.program()), Contains("lag 1, must be at least 2"));
    }
  }
}

TEST_CASE("Depthwise fields without a meaning are refused") {
  const auto refused = [](const std::string& kernel) {
    return finding(depthwise(kernel).program());
  };
  CHECK_THAT(refused("segments=3 multiplier=0"), Contains("multiplier 0"));
  CHECK_THAT(refused("segments=3 multiplier=1 packed=1"), Contains("packed 1"));
  CHECK_THAT(refused("segments=0 multiplier=1"), Contains("segments 0, must be 1..4"));
  CHECK_THAT(refused("segments=5 multiplier=1"), Contains("segments 5, must be 1..4"));
  PointwiseProgram p = depthwise();
  p.lines[L::kReduce] = "mac.reduce passes=1 channel=15";
  CHECK(finding(p.program()) == "legal");
  p.lines[L::kReduce] = "mac.reduce passes=1 channel=16";
  CHECK_THAT(finding(p.program()), Contains("channel of mac.reduce 16, must be 0..15"));
  p.lines[L::kReduce] = "mac.reduce passes=1 kx=1";
  CHECK_THAT(finding(p.program()), Contains("kx of mac.reduce 1"));
  p.lines[L::kReduce] = "mac.reduce passes=1 offset=3";
  CHECK_THAT(finding(p.program()), Contains("offset of mac.reduce 3, must be 0..2"));
}

TEST_CASE("Kernel rows that cross the end of a ring need banks of their own there too") {
  HwConfig config;
  config.act_mem_banks = 4;
  insn::MacKernel k;
  const auto most = [&](int ring, int dilation) {
    k.ring = ring;
    k.dilation_h = dilation;
    return segment_banks(config, k);
  };
  CHECK(most(0, 1) == 4);
  CHECK(most(0, 2) == 2);
  CHECK(most(0, 3) == 4);
  CHECK(most(0, 4) == 1);
  CHECK(most(8, 1) == 4);
  CHECK(most(4, 1) == 4);
  CHECK(most(7, 1) == 3);  // slots 6, 0, 1 and then 2 beside 6
  CHECK(most(6, 1) == 2);  // slots 5, 0 and then 1 beside 5
  CHECK(most(5, 1) == 1);  // slots 4 and 0
  CHECK_THAT(finding(depthwise("segments=3 multiplier=1 ring=6").program()),
             Contains("segments 3, must be 1..2"));
}

TEST_CASE("A drain that takes no token of its tile is refused, depthwise or not") {
  for (const bool dense : {false, true}) {
    PointwiseProgram p = dense ? PointwiseProgram() : depthwise();
    p.lines[L::kTile].replace(p.lines[L::kTile].find("signal_post=1"), 13, "signal_post=0");
    const auto wait = p.lines[L::kDrain].find("wait_mac=1");
    p.lines[L::kDrain].replace(wait, 10, "wait_mac=0");
    CHECK_THAT(finding(p.program()),
               Contains("E-PRG-010") && Contains("nothing orders it behind the last pass of"));
  }
}

TEST_CASE("A tile that fills a buffer while a drain may still read it is refused") {
  for (const int wait : {0, 1}) {
    PointwiseProgram p;
    p.lines[L::kDrain] += fmt::format(" signal_mac={}", wait);
    p.lines.insert(p.lines.begin() + L::kDrain + 1,
                   fmt::format("mac.tile height=4 width=4 clear=1 wait_post={}", wait));
    if (wait == 1) {
      CHECK(finding(p.program()) == "legal");
    } else {
      CHECK_THAT(finding(p.program()), Contains("E-PRG-010") && Contains("post.drain") &&
                                           Contains("which reads the buffer that it fills"));
    }
  }
}
