// Depthwise tiles and the drains behind them, against plain loops over the same bytes.
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "hw_models/spec/machine.h"
#include "tests/cycle/core_run.h"

using namespace vernier;
using namespace vernier::cycle;

namespace {

struct Geometry {
  int height, width, channels;  // of the ifmap
  int kernel_h, kernel_w;
  int stride = 1, pad = 0, dilation = 1, multiplier = 1;
  bool depthwise = true;
  bool is_unsigned = false;
  int zero_point = 0, weight_zero = 0;

  int outputs() const { return channels * multiplier; }
  int out(int size, int kernel) const {
    return (size + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1;
  }
  int out_h() const { return out(height, kernel_h); }
  int out_w() const { return out(width, kernel_w); }
};

std::uint8_t byte_at(std::uint32_t n) { return static_cast<std::uint8_t>((n * 2654435761U) >> 13); }
std::uint8_t input_at(const Geometry& g, int y, int x, int c) {
  return byte_at(static_cast<std::uint32_t>((y * g.width + x) * g.channels + c));
}
std::uint8_t weight_at(int oc, int ky, int kx) {
  return byte_at(static_cast<std::uint32_t>(77777 + (oc * 64 + ky) * 64 + kx));
}
int code(const Geometry& g, std::uint8_t byte) {
  return g.is_unsigned ? byte : static_cast<std::int8_t>(byte);
}

std::int32_t expected(const Geometry& g, int oc, int oy, int ox) {
  std::int32_t sum = 0;
  for (int ky = 0; ky < g.kernel_h; ++ky) {
    for (int kx = 0; kx < g.kernel_w; ++kx) {
      const int y = oy * g.stride - g.pad + ky * g.dilation;
      const int x = ox * g.stride - g.pad + kx * g.dilation;
      if (y < 0 || y >= g.height || x < 0 || x >= g.width) continue;
      for (int ic = 0; ic < (g.depthwise ? 1 : g.channels); ++ic) {
        const int c = g.depthwise ? oc / g.multiplier : ic;
        sum += (code(g, input_at(g, y, x, c)) - g.zero_point) *
               (code(g, weight_at(oc, ky, kx + (g.depthwise ? 0 : ic * 8))) - g.weight_zero);
      }
    }
  }
  return sum;
}

// One tile and one drain for every channel tile of the whole image.
struct DepthwiseProgram {
  DepthwiseProgram(const HwConfig& config, const Geometry& geometry, std::int64_t lag_change = 0)
      : g(geometry), c(config), builder(config) {
    const int pitch = (g.width * g.channels + 15) / 16 * 16;
    registers.ifmap.row_pitch = pitch;
    registers.ifmap.height = g.height;
    registers.ifmap.width = g.width;
    registers.ifmap.channels = g.channels;
    registers.ifmap.zero_point = g.zero_point;
    registers.ifmap.weight_zero = g.weight_zero;
    registers.ifmap.a_bits_log2 = registers.ifmap.w_bits_log2 = 3;
    registers.ifmap.a_unsigned = registers.ifmap.w_unsigned = g.is_unsigned ? 1 : 0;
    auto& k = registers.kernel;
    k.kernel_h = g.kernel_h;
    k.kernel_w = g.kernel_w;
    k.stride_h = k.stride_w = g.stride;
    k.dilation_h = k.dilation_w = g.dilation;
    k.pad_top = k.pad_left = g.pad;
    if (g.depthwise) {
      k.depthwise = 1;
      k.multiplier = g.multiplier;
      k.segments = segment_banks(c, k);
    }
    passes = passes_from(k, g.channels, c.array_rows, {});
    std::vector<std::uint32_t> weights;
    const int tiles = (g.outputs() + c.array_cols - 1) / c.array_cols;
    for (int n = 0; n < tiles; ++n) weights.push_back(builder.constant(weight_rows(n)));
    const auto params = builder.records(std::vector<ProgramBuilder::Record>(
        static_cast<std::size_t>(c.array_cols), {0, 1U << 30, 1}));
    in = builder.free_addr();
    builder.line("load.act dram_addr={} row_pitch={} rows={} row_bytes={} signal_mac=1", in, pitch,
                 g.height, g.width * g.channels);
    builder.line("load.params dram_addr={} count={} signal_post=1", params, c.array_cols);
    int words = 0;
    for (const auto& p : passes) words += p.rows;
    add(registers.ifmap);
    add(k);
    insn::PostOfmap o;
    o.base = c.act_bank_page_bytes() * 2;
    o.row_pitch = g.out_w() * g.outputs();
    o.width = g.out_w();
    o.channels = g.outputs();
    o.lo = -128;
    o.hi = 127;
    add(o);
    for (int n = 0; n < tiles; ++n) {
      builder.line("load.weights dram_addr={} words={} w_addr={} signal_mac=1",
                   weights[static_cast<std::size_t>(n)], words, n * words);
      registers.reduce.passes = static_cast<std::int64_t>(passes.size());
      registers.reduce.channel = g.depthwise ? n * c.array_cols : 0;
      add(registers.reduce);
      tile.height = g.out_h();
      tile.width = g.out_w();
      tile.w_addr = n * words;
      tile.clear = 1;
      tile.wait_load = n == 0 ? 2 : 1;
      tile.wait_post = n == 0 ? 0 : 1;
      tile.signal_post = 1;
      tile_pc.push_back(builder.next_pc());
      add(tile);
      insn::PostDrain d;
      d.height = tile.height;
      d.width = tile.width;
      d.channel = n * c.array_cols;
      d.cols = std::min<std::int64_t>(c.array_cols, g.outputs() - d.channel);
      d.lag = drain_lag(c, registers, tile, d.cols) + lag_change;
      d.wait_load = n == 0 ? 1 : 0;
      d.wait_mac = 1;
      d.signal_mac = n + 1 < tiles ? 1 : 0;
      drain_pc.push_back(builder.next_pc());
      add(d);
    }
  }
  void add(const Instruction& i) { builder.line(disassemble(i)); }

  std::vector<std::uint8_t> weight_rows(int n) const {
    std::vector<std::uint8_t> bytes;
    for (const auto& p : passes) {
      for (const auto& s : p.segments) {
        for (int lane = 0; lane < s.length; ++lane) {
          for (int col = 0; col < c.array_cols; ++col) {
            const int oc = n * c.array_cols + col;
            const int kx = g.depthwise ? s.offset + lane : s.kx + (s.offset + lane) * 8;
            bytes.push_back(oc < g.outputs() ? weight_at(oc, s.ky, kx)
                                             : static_cast<std::uint8_t>(g.weight_zero));
          }
        }
      }
    }
    return bytes;
  }
  std::vector<std::uint8_t> image() const {
    auto bytes = dram_image(builder.program());
    std::size_t at = in;
    for (int y = 0; y < g.height; ++y) {
      for (int x = 0; x < g.width; ++x) {
        for (int ch = 0; ch < g.channels; ++ch) bytes[at++] = input_at(g, y, x, ch);
      }
    }
    return bytes;
  }

  Geometry g;
  HwConfig c;
  ProgramBuilder builder;
  std::uint32_t in = 0;
  MacRegisters registers;
  insn::MacTile tile;
  std::vector<Pass> passes;
  std::vector<std::size_t> tile_pc, drain_pc;
};

// The last value of each accumulator entry of each tile, and the cycles in which it was written.
class Accumulators : public Observer {
 public:
  void accumulate(std::int64_t cycle, std::uint32_t pc, int, int entry, const std::int32_t* values,
                  int cols) override {
    auto& e = entries[{pc, entry}];
    e.values.assign(values, values + cols);
    e.cycles.push_back(cycle);
  }
  void write(std::int64_t cycle, std::uint32_t pc, int, int, const std::uint8_t*, int) override {
    writes[pc].push_back(cycle);
  }
  bool wants_accumulators() const override { return true; }
  struct Entry {
    std::vector<std::int32_t> values;
    std::vector<std::int64_t> cycles;
  };
  std::map<std::pair<std::uint32_t, int>, Entry> entries;
  std::map<std::uint32_t, std::vector<std::int64_t>> writes;
};

// Values of every output, and each in the cycle that the closed form says.
void check_tiles(const DepthwiseProgram& p, const RunResult& run, const Accumulators& seen) {
  const Geometry& g = p.g;
  const int width = g.out_w();
  for (std::size_t n = 0; n < p.tile_pc.size(); ++n) {
    const auto pc = static_cast<std::uint32_t>(p.tile_pc[n]);
    const auto timing = mac_tile_timing(p.c, p.registers, p.tile);
    REQUIRE(run.timing[pc].end - run.timing[pc].start + 1 == timing.duration);
    std::int64_t begin = run.timing[pc].start + kMacSetupCycles + p.passes[0].rows;
    for (std::size_t j = 0; j < p.passes.size(); ++j) {
      const auto feed = pass_feed(p.registers, p.tile, p.passes[j]);
      for (int e = 0; e < g.out_h() * width; ++e) {
        REQUIRE(seen.entries.at({pc, e}).cycles.at(j) ==
                begin + feed.cycle(e / width, e % width) + kMacPipeline);
      }
      const int next = j + 1 < p.passes.size() ? p.passes[j + 1].rows : 0;
      begin += pass_cycles(feed, g.out_h(), next);
    }
    for (int e = 0; e < g.out_h() * width; ++e) {
      for (int col = 0; col < p.c.array_cols; ++col) {
        const int oc = static_cast<int>(n) * p.c.array_cols + col;
        const std::int32_t want = oc < g.outputs() ? expected(g, oc, e / width, e % width) : 0;
        CAPTURE(n, e, col);
        REQUIRE(seen.entries.at({pc, e}).values[static_cast<std::size_t>(col)] == want);
      }
    }
  }
}

void check_case(const HwConfig& config, const Geometry& g) {
  CAPTURE(g.height, g.width, g.channels, g.kernel_h, g.kernel_w, g.stride, g.pad, g.dilation,
          g.multiplier, g.is_unsigned, g.zero_point, g.weight_zero, config.array_rows,
          config.array_cols, config.act_mem_banks);
  const DepthwiseProgram p(config, g);
  const Program program = p.builder.program();
  auto image = p.image();
  Accumulators seen;
  const auto run = execute(program, &image, &seen);
  check_tiles(p, run, seen);
  REQUIRE(time_of(program).cycles == run.cycles);
}

HwConfig machine(int rows, int cols, int banks = 4) {
  HwConfig c;
  c.array_rows = rows;
  c.array_cols = cols;
  c.post_lanes = cols;
  c.act_mem_banks = banks;
  return c;
}

}  // namespace

TEST_CASE("Depthwise tiles of C - 1, C and C + 1 channels give every tap its channel") {
  for (const int channels : {1, 15, 16, 17, 33}) {
    check_case(machine(16, 16), {5, 6, channels, 3, 3, 1, 1});
  }
}

TEST_CASE("Depthwise kernels of R - 1, R and R + 1 taps are exact, cut where the lanes end") {
  for (const auto& [h, w] : {std::pair{3, 5}, {4, 4}, {1, 17}, {14, 1}, {1, 18}, {5, 5}, {1, 1}}) {
    check_case(machine(16, 16), {10, 14, 3, h, w, 1, 2});
  }
  for (const int rows : {4, 8, 9, 32}) check_case(machine(rows, 8), {5, 6, 9, 3, 3, 1, 1});
}

TEST_CASE("Depthwise strides 1 to 3, padding and dilation are exact at every border") {
  for (const int stride : {1, 2, 3}) {
    for (const int pad : {0, 1, 2, 4}) {
      for (const int dilation : {1, 2}) {
        check_case(machine(8, 16), {7, 8, 5, 3, 3, stride, pad, dilation});
        check_case(machine(16, 16, 8), {7, 5, 5, 2, 3, stride, pad, dilation});
      }
    }
  }
}

TEST_CASE("Depth multipliers 2, 3 and 8 repeat the input channel over columns and tiles") {
  for (const int multiplier : {2, 3, 8}) {
    for (const int channels : {1, 3, 5}) {
      Geometry g{4, 5, channels, 3, 3, 1, 1};
      g.multiplier = multiplier;
      check_case(machine(16, 16), g);
    }
  }
}

TEST_CASE("Codes 0..255 and zero points at their ends are exact in depthwise and in channel mode") {
  for (const bool depthwise : {false, true}) {
    for (const bool is_unsigned : {false, true}) {
      for (const int high : {0, 1}) {
        Geometry g{4, 5, 7, 3, 3, 1, 1};
        g.depthwise = depthwise;
        g.is_unsigned = is_unsigned;
        g.zero_point = (is_unsigned ? 0 : -128) + 255 * high;
        g.weight_zero = (is_unsigned ? 255 : 127) - 255 * high;
        check_case(machine(16, 16), g);
      }
    }
  }
}

TEST_CASE(
    "A drain with the least lag reads each accumulator behind its write, one the cycle behind") {
  for (const auto& [lanes, stride] : {std::pair{16, 1}, {8, 1}, {16, 2}, {8, 2}, {8, 3}, {4, 3}}) {
    HwConfig config = machine(16, 16);
    config.post_lanes = lanes;
    const Geometry g{7, 9, 16, 3, 3, stride, 1};
    const DepthwiseProgram p(config, g);
    const Program program = p.builder.program();
    auto image = p.image();
    Accumulators seen;
    const auto run = execute(program, &image, &seen);
    CAPTURE(lanes, stride);
    const auto pc = static_cast<std::uint32_t>(p.tile_pc[0]);
    const auto drain = static_cast<std::uint32_t>(p.drain_pc[0]);
    REQUIRE(run.timing[drain].start == run.timing[pc].start + kMacSetupCycles + 9 + 1);
    const int per_pixel = 16 / lanes;
    const auto& writes = seen.writes.at(drain);
    std::int64_t closest = INT64_MAX;
    for (std::size_t i = 0; i < writes.size(); ++i) {
      const std::int64_t read = writes[i] - kPostReadStages - kRequantizerLatency;
      const auto& entry = seen.entries.at({pc, static_cast<int>(i) / per_pixel});
      closest = std::min(closest, read - entry.cycles.back());
    }
    REQUIRE(closest == 1);
    const auto lag = drain_lag(config, p.registers, p.tile, 16);
    if (lag == 0) continue;
    const DepthwiseProgram early(config, g, -1);
    REQUIRE_THAT(trap_of(early.builder.program()),
                 Catch::Contains(fmt::format("lag {}, must be at least {}", lag - 1, lag)));
  }
}
