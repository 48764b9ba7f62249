// A small complete program: 4 x 4 pixels of 16 channels through a 1 x 1 convolution with all
// weights 1, requantized by 1, to 16 channels and back to DRAM. Tests change single lines of it.
#pragma once

#include <string>
#include <vector>

#include "tests/support/program_builder.h"

namespace vernier {

struct PointwiseProgram {
  // pc of each line.
  enum Line { kAct, kWeights, kParams, kIfmap, kKernel, kReduce, kTile, kOfmap, kDrain, kStore };
  static constexpr int kRows = 4, kRowBytes = 64;

  explicit PointwiseProgram(const HwConfig& config = {}) : builder(config) {
    weights = builder.weights(16, 1);
    params = builder.records(std::vector<ProgramBuilder::Record>(16, {0, 1u << 30, 1}));
    in = builder.free_addr();
    out = in + 1024;
    lines = {
        fmt::format("load.act dram_addr={} row_pitch=64 rows=4 row_bytes=64 signal_mac=1", in),
        fmt::format("load.weights dram_addr={} words=16 signal_mac=1", weights),
        fmt::format("load.params dram_addr={} count=16 signal_post=1", params),
        "mac.ifmap row_pitch=64 height=4 width=4 channels=16 a_bits_log2=3 w_bits_log2=3",
        "mac.kernel kernel_h=1 kernel_w=1 stride_h=1 stride_w=1 dilation_h=1 dilation_w=1",
        "mac.reduce passes=1",
        "mac.tile height=4 width=4 clear=1 wait_load=2 signal_post=1",
        "post.ofmap base=8192 row_pitch=64 width=4 channels=16 lo=-128 hi=127",
        "post.drain height=4 width=4 cols=16 wait_load=1 wait_mac=1 signal_store=1",
        fmt::format("store.act dram_addr={} base=8192 row_pitch=64 rows=4 row_bytes=64 wait_post=1",
                    out),
    };
  }
  // The program with one line replaced.
  Program with(std::size_t line, const std::string& text) const {
    PointwiseProgram changed = *this;
    changed.lines[line] = text;
    return changed.program();
  }
  // The program with `words` of a line replaced, for example ("words=16", "words=17").
  Program with(std::size_t line, const std::string& from, const std::string& to) const {
    std::string text = lines[line];
    text.replace(text.find(from), from.size(), to);
    return with(line, text);
  }
  Program program() const {
    ProgramBuilder b = builder;
    for (const auto& line : lines) b.line(line);
    return b.program();
  }

  ProgramBuilder builder;
  std::vector<std::string> lines;
  std::uint32_t weights = 0, params = 0, in = 0, out = 0;
};

}  // namespace vernier
