// One POST instruction between two operands that are loaded and an output that is stored.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "hw_models/spec/checker.h"
#include "hw_models/spec/durations.h"
#include "tests/cycle/core_run.h"

namespace vernier::cycle {

// A and B are 8 rows of 64 bytes each, in pages of their own; the output has `out_rows` rows of
// `out_row_bytes`.
struct PostProgram {
  static constexpr int kRows = 8, kRowBytes = 64;

  HwConfig config;
  int out_rows = kRows, out_row_bytes = kRowBytes;
  // Fields behind the addresses, which are filled in.
  std::string ofmap = "width=64 channels=1 lo=-128 hi=127";
  std::string a = "height=8 width=64 channels=1";
  std::string b = "height=8 width=64 channels=1";
  int b_base = -1;     // -1: the page behind A's
  int background = 0;  // every output byte before the instruction
  std::vector<std::string> descriptors;
  std::vector<std::uint8_t> table;  // codes; empty: no table is loaded
  std::string insn;

  struct Ran {
    std::vector<std::uint8_t> out;  // dense
    std::int64_t cycles = 0;        // of the instruction
    std::int64_t closed_form = 0;   // post_duration
    std::int64_t last_write = 0;    // counted like cycles: 1 is the instruction's first cycle
    std::size_t writing = 0;        // cycles with a write
  };
  // `fill(operand, row, byte)` gives the operands' bytes.
  Ran run(const std::function<std::uint8_t(int, int, int)>& fill) const {
    ProgramBuilder build(config);
    std::uint32_t lut = 0;
    if (!table.empty()) {
      std::vector<std::uint8_t> words;
      for (const auto code : table) words.insert(words.end(), {code, 0xa5, 0x5a, 0x77});
      lut = build.constant(words);
    }
    const std::uint32_t in = build.free_addr(), to = in + 2 * kRows * kRowBytes;
    const char* load =
        "load.act dram_addr={} base={} row_pitch=64 rows=8 row_bytes=64 signal_post=1";
    build.line(load, in, 0).line(load, in + kRows * kRowBytes, b_base < 0 ? page() : b_base);
    int waits = 2;
    if (!table.empty()) {
      build.line("load.lut dram_addr={} count=256 table=1 signal_post=1", lut);
      ++waits;
    }
    build.line("post.ofmap base={} row_pitch={} width={} channels=1 lo=-128 hi=127 zero_point={}",
               2 * page(), pitch(), out_row_bytes, background);
    build.line("post.stride runs=1 length={} o_step=1", out_row_bytes);
    build.line("post.copy rows={} fill=1", out_rows);
    build.line("post.ofmap base={} row_pitch={} {}", 2 * page(), pitch(), ofmap);
    build.line("post.source_a base=0 row_pitch=64 {}", a);
    build.line("post.source_b base={} row_pitch=64 {}", b_base < 0 ? page() : b_base, b);
    for (const auto& d : descriptors) build.line(d);
    const std::size_t pc = build.next_pc();
    build.line("{} wait_load={} signal_store=1", insn, waits);
    build.line("store.act dram_addr={} base={} row_pitch={} rows={} row_bytes={} wait_post=1", to,
               2 * page(), pitch(), out_rows, out_row_bytes);
    const Program program = build.program();
    check_program(program, "post");

    auto image = dram_image(program);
    for (int i = 0; i < 2 * kRows * kRowBytes; ++i) {
      image[in + static_cast<std::size_t>(i)] =
          fill(i / (kRows * kRowBytes), i / kRowBytes % kRows, i % kRowBytes);
    }
    Recorder recorder;
    const RunResult result = execute(program, &image, &recorder);
    Ran ran;
    ran.out.assign(image.begin() + to, image.begin() + to + out_rows * out_row_bytes);
    const auto& t = result.timing[pc];
    ran.cycles = t.end - t.start + 1;
    Registers registers;
    const DecodedProgram decoded = decode_program(program, "post");
    for (std::size_t i = 0; i < pc; ++i) registers.load(decoded.insns[i]);
    ran.closed_form = post_duration(config, registers.post, decoded.insns[pc]);
    std::set<std::int64_t> cycles;
    for (const auto& w : recorder.writes) {
      if (w.pc == pc) cycles.insert(w.cycle);
    }
    ran.writing = cycles.size();
    ran.last_write = cycles.empty() ? 0 : *cycles.rbegin() - t.start + 1;
    return ran;
  }
  Ran run() const {
    return run([](int operand, int row, int byte) { return byte_at(operand, row, byte); });
  }
  static std::uint8_t byte_at(int operand, int row, int byte) {
    return static_cast<std::uint8_t>(operand * 101 + row * 37 + byte * 11 + byte / 16);
  }

 private:
  int page() const { return config.act_bank_page_bytes(); }
  int pitch() const { return std::max(64, out_row_bytes); }
};

}  // namespace vernier::cycle
