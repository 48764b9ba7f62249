// MAC and POST together: trailing drains, preloaded weights, values.
#include <catch2/catch.hpp>

#include "hw_models/spec/machine.h"
#include "tests/cycle/core_run.h"

using namespace vernier;
using namespace vernier::cycle;
using L = PointwiseProgram;

namespace {

std::int8_t input_at(std::size_t n) {
  return static_cast<std::int8_t>(static_cast<int>(n % 7) - 3);
}

// The DRAM image of a pointwise program with its input filled in.
std::vector<std::uint8_t> image_of(const PointwiseProgram& p, const Program& program) {
  auto image = dram_image(program);
  for (std::size_t n = 0; n < 256; ++n) image[p.in + n] = static_cast<std::uint8_t>(input_at(n));
  return image;
}

std::vector<int> output_of(const PointwiseProgram& p, const std::vector<std::uint8_t>& image) {
  std::vector<int> out;
  for (std::size_t n = 0; n < 256; ++n) out.push_back(static_cast<std::int8_t>(image[p.out + n]));
  return out;
}

}  // namespace

TEST_CASE("The pointwise program sums the channels of each pixel") {
  const PointwiseProgram p;
  const Program program = p.program();
  auto image = image_of(p, program);
  execute(program, &image);
  const auto out = output_of(p, image);
  for (std::size_t pixel = 0; pixel < 16; ++pixel) {
    int sum = 0;
    for (std::size_t c = 0; c < 16; ++c) sum += input_at(pixel * 16 + c);
    for (std::size_t c = 0; c < 16; ++c) {
      CAPTURE(pixel, c);
      REQUIRE(out[pixel * 16 + c] == sum);
    }
  }
}

TEST_CASE("Cycles are the same with and without data") {
  const PointwiseProgram p;
  const Program program = p.program();
  auto image = image_of(p, program);
  const auto with = execute(program, &image);
  const auto without = time_of(program);
  REQUIRE(with.cycles == without.cycles);
  for (std::size_t pc = 0; pc < program.words.size(); ++pc) {
    CAPTURE(pc);
    REQUIRE(with.timing[pc].start == without.timing[pc].start);
    REQUIRE(with.timing[pc].end == without.timing[pc].end);
  }
}

TEST_CASE("A trailing drain reads an accumulator the cycle behind its last write, never sooner") {
  for (const auto& [height, width] : {std::pair{1, 1}, {1, 3}, {1, 4}, {4, 4}}) {
    PointwiseProgram p;
    const auto size = fmt::format("height={} width={}", height, width);
    p.lines[L::kTile] = "mac.tile " + size + " clear=1 wait_load=2 signal_post=1";
    p.lines[L::kDrain] = "post.drain " + size + " cols=16 wait_load=1 wait_mac=1";
    p.lines.pop_back();
    // Records come first, so that the tile's token is the last thing the drain waits for.
    std::swap(p.lines[L::kAct], p.lines[L::kParams]);
    const Program program = p.program();
    auto image = image_of(p, program);
    Recorder seen;
    const auto run = execute(program, &image, &seen);
    CAPTURE(height, width);
    const auto pixels = static_cast<std::size_t>(height * width);
    REQUIRE(seen.accumulations.size() == pixels);
    REQUIRE(seen.writes.size() == pixels);
    const std::int64_t last_pass = run.timing[L::kTile].start + kMacSetupCycles + 16;
    REQUIRE(run.timing[L::kDrain].start == last_pass + 1);
    for (std::size_t n = 0; n < pixels; ++n) {
      const std::int64_t read = seen.writes[n].cycle - kPostReadStages - kRequantizerLatency;
      REQUIRE(seen.accumulations[n].cycle == last_pass + static_cast<std::int64_t>(n) + 5);
      REQUIRE(read == seen.accumulations[n].cycle + 1);
    }
  }
}

TEST_CASE("A tile whose weights are loaded ahead starts R cycles sooner with the same values") {
  std::vector<int> values[2];
  std::int64_t duration[2];
  for (const bool ahead : {false, true}) {
    PointwiseProgram p;
    p.builder = ProgramBuilder(HwConfig{});
    PointwiseProgram q;  // weight rows 16..31 hold 2
    q.builder.weights(16, 2);
    q.in = q.builder.free_addr();
    q.out = q.in + 1024;
    q.lines[L::kAct] =
        fmt::format("load.act dram_addr={} row_pitch=64 rows=4 row_bytes=64 signal_mac=1", q.in);
    q.lines[L::kWeights] =
        fmt::format("load.weights dram_addr={} words=16 signal_mac=1", q.weights);
    const auto second = q.builder.free_addr();
    (void)second;
    q.lines[L::kParams] = fmt::format("load.params dram_addr={} count=16 signal_post=1", q.params);
    q.lines[L::kTile] =
        fmt::format("mac.tile height=2 width=4 clear=1 wait_load=2 signal_post=1 {}",
                    ahead ? "next_rows=16 next_w_addr=0" : "");
    q.lines[L::kDrain] = "post.drain height=2 width=4 cols=16 wait_load=1 wait_mac=1";
    q.lines.insert(q.lines.begin() + L::kTile + 1,
                   fmt::format("mac.tile y0=2 height=2 width=4 clear=1 buffer=1 signal_post=1 {}",
                               ahead ? "preloaded=1" : ""));
    q.lines.insert(q.lines.begin() + L::kDrain + 2,
                   "post.drain y0=2 height=2 width=4 cols=16 buffer=1 wait_mac=1 signal_store=1");
    q.lines.back() = fmt::format(
        "store.act dram_addr={} base=8192 row_pitch=64 rows=4 row_bytes=64 wait_post=1", q.out);
    const Program program = q.program();
    auto image = image_of(q, program);
    const auto run = execute(program, &image);
    values[ahead ? 1 : 0] = output_of(q, image);
    const auto& t = run.timing[L::kTile + 1];
    duration[ahead ? 1 : 0] = t.end - t.start + 1;
  }
  CHECK(values[0] == values[1]);
  CHECK(duration[0] == 1 + 16 + 8);
  CHECK(duration[1] == 1 + 8);
}

TEST_CASE("Accumulation over two tiles without clear adds up") {
  PointwiseProgram p;
  p.lines[L::kTile] = "mac.tile height=4 width=4 clear=1 wait_load=2 next_rows=16";
  p.lines.insert(p.lines.begin() + L::kTile + 1,
                 "mac.tile height=4 width=4 preloaded=1 signal_post=1");
  const Program program = p.program();
  auto image = image_of(p, program);
  execute(program, &image);
  const auto out = output_of(p, image);
  int sum = 0;
  for (std::size_t c = 0; c < 16; ++c) sum += input_at(c);
  CHECK(out[0] == 2 * sum);
}

TEST_CASE("The core runs other programs and machines in between and gives the same cycles again") {
  const PointwiseProgram p;
  const Program first = p.program();
  auto image = image_of(p, first);
  const auto before = execute(first, &image);
  HwConfig other;
  other.dram_latency_cycles = 7;
  other.queue_depth = 1;
  other.array_rows = 8;
  ProgramBuilder b(other);
  b.line("load.act dram_addr={} row_pitch=64 rows=4 row_bytes=64", b.free_addr());
  const auto between = time_of(b);
  CHECK(between.timing[0].end == earliest(other, 0) + 7 + 16 - 1);
  CHECK(trap_of(ProgramBuilder(HwConfig{}).line("mac.wait wait_load=1")) != "ran");
  CHECK(trap_of(ProgramBuilder(HwConfig{}).line("mac.tile height=1 width=1")) != "ran");
  auto again_image = image_of(p, first);
  const auto again = execute(first, &again_image);
  CHECK(again.cycles == before.cycles);
  CHECK(again_image == image);
  for (std::size_t pc = 0; pc < first.words.size(); ++pc) {
    CHECK(again.timing[pc].start == before.timing[pc].start);
    CHECK(again.timing[pc].end == before.timing[pc].end);
  }
}

namespace {

// Two tiles of 2 x 4 pixels, each with its drain; the second tile's weights are loaded ahead.
// `between` stands between the drains.
PointwiseProgram two_drains(const std::string& between) {
  PointwiseProgram p;
  p.lines[L::kTile] =
      "mac.tile height=2 width=4 clear=1 wait_load=2 signal_post=1 next_rows=16 next_w_addr=0";
  p.lines[L::kDrain] = "post.drain height=2 width=4 cols=16 wait_load=1 wait_mac=1";
  p.lines.insert(p.lines.begin() + L::kDrain + 1,
                 "post.drain y0=2 height=2 width=4 cols=16 buffer=1 wait_mac=1 signal_store=1");
  if (!between.empty()) p.lines.insert(p.lines.begin() + L::kDrain + 1, between);
  p.lines.insert(p.lines.begin() + L::kTile + 1,
                 "mac.tile y0=2 height=2 width=4 clear=1 buffer=1 preloaded=1 signal_post=1");
  return p;
}

}  // namespace

TEST_CASE("A drain starts when the one before it has read its last vector, and both end in order") {
  HwConfig config;
  config.post_lanes = 4;  // 32 vectors a drain: POST is the one that is late
  const std::size_t tile = L::kTile, first = L::kDrain + 1, second = first + 1;
  PointwiseProgram p = two_drains("");
  PointwiseProgram narrow(config);
  narrow.lines = p.lines;
  const Program program = narrow.program();
  auto image = image_of(narrow, program);
  Recorder seen;
  const auto run = execute(program, &image, &seen);
  CHECK(run.timing[second].start == run.timing[first].start + 32);
  CHECK(run.timing[first].end == run.timing[first].start + 32 + 10 - 1);
  CHECK(run.timing[second].end == run.timing[first].end + 32);
  REQUIRE(seen.writes.size() == 64);
  for (std::size_t n = 1; n < 64; ++n) CHECK(seen.writes[n].cycle == seen.writes[n - 1].cycle + 1);
  CHECK(run.timing[tile].start < run.timing[first].start);
  CHECK(output_of(narrow, image)[255] != 0);
  CHECK(time_of(program).cycles == run.cycles);
}

TEST_CASE("Anything but a drain waits for the end of the drain before it") {
  const std::size_t first = L::kDrain + 1;
  for (const std::string between :
       {"post.ofmap base=8192 row_pitch=64 width=4 channels=16 lo=-128 hi=127", "post.wait"}) {
    PointwiseProgram p = two_drains(between);
    const Program program = p.program();
    auto image = image_of(p, program);
    const auto run = execute(program, &image);
    CAPTURE(between);
    CHECK(run.timing[first + 1].start == run.timing[first].end + 1);
    CHECK(run.timing[first + 1].head == run.timing[first].end + 1);
    CHECK(run.timing[first + 2].start == run.timing[first].end + 2);
  }
}
