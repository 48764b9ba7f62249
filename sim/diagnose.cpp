#include "sim/diagnose.h"

#include <algorithm>
#include <cstring>

#include "hw_models/cycle/lanes.h"
#include "hw_models/spec/machine.h"

namespace vernier {
namespace {

// Keeps the accumulator of one (buffer, entry, column) as the drain at `pc` finds it.
class AccProbe : public cycle::Observer {
 public:
  AccProbe(std::uint32_t pc, int buffer, int entry, int column)
      : pc_(pc), buffer_(buffer), entry_(entry), column_(column) {}
  bool wants_accumulators() const override { return true; }
  void accumulate(std::int64_t, std::uint32_t pc, int buffer, int entry, const std::int32_t* values,
                  int) override {
    // Tiles behind the drain in program order belong to later drains.
    if (pc < pc_ && buffer == buffer_ && entry == entry_) value_ = values[column_];
  }
  std::int32_t value() const { return value_; }

 private:
  std::uint32_t pc_;
  int buffer_, entry_, column_;
  std::int32_t value_ = 0;
};

struct Record {
  std::int32_t bias = 0, multiplier = 0;
  std::int8_t shift = 0;
};

// The parameter record that stands at `at` when the drain at `pc` runs: the last load of it.
Record record_of(const cycle::DecodedProgram& decoded, const std::vector<std::uint8_t>& dram,
                 std::size_t pc, std::int64_t at) {
  Record r;
  for (std::size_t i = 0; i < pc; ++i) {
    const auto* p = std::get_if<insn::LoadParams>(&decoded.insns[i]);
    if (p == nullptr || at < p->record || at >= p->record + p->count) continue;
    const auto* from = dram.data() + p->dram_addr + (at - p->record) * kParamRecordBytes;
    std::memcpy(&r.bias, from, 4);
    std::memcpy(&r.multiplier, from + 4, 4);
    std::memcpy(&r.shift, from + 8, 1);
  }
  return r;
}

std::int64_t scaled(const insn::PostOfmap& o, const Record& r, std::int32_t x) {
  const auto mode = static_cast<Rounding>(o.rounding);
  return o.shift_only != 0
             ? cycle::shift_lane(x, r.shift, mode, 0, INT32_MIN, INT32_MAX)
             : cycle::requantize_lane(x, 0, r.multiplier, r.shift, mode, 0, INT32_MIN, INT32_MAX);
}

}  // namespace

std::vector<Divergence::Stage> diagnose(const Divergence& d, const Graph& graph,
                                        const golden::Values& values,
                                        const golden::Numerics& numerics,
                                        const cycle::DecodedProgram& decoded,
                                        std::vector<std::uint8_t> dram) {
  if (d.kind != "value" || d.pc < 0 || d.layer < 0) return {};
  const auto pc = static_cast<std::size_t>(d.pc);
  const auto* drain = std::get_if<insn::PostDrain>(&decoded.insns[pc]);
  if (drain == nullptr) return {};
  Registers regs;
  for (std::size_t i = 0; i < pc; ++i) regs.load(decoded.insns[i]);
  const auto& o = regs.post.ofmap;
  const auto& place = decoded.program->layers[static_cast<std::size_t>(d.layer)].place;
  const std::int64_t y = d.element / place.row_bytes - drain->y0;
  const std::int64_t x = d.element % place.row_bytes / o.channels - drain->x0;
  const std::int64_t column = d.element % o.channels - drain->channel;
  if (y < 0 || y >= drain->height || x < 0 || x >= drain->width || column < 0 ||
      column >= drain->cols) {
    return {};
  }
  const Record record = record_of(decoded, dram, pc, drain->record + column);
  AccProbe probe(static_cast<std::uint32_t>(pc), static_cast<int>(drain->buffer),
                 static_cast<int>(y * drain->width + x), static_cast<int>(column));
  cycle::RunOptions options;
  options.observer = &probe;
  cycle::Core::instance().run(decoded, &dram, options);
  const auto biased = static_cast<std::int32_t>(static_cast<std::uint32_t>(probe.value()) +
                                                static_cast<std::uint32_t>(record.bias));
  const std::int64_t scale = scaled(o, record, biased);
  const std::vector<std::pair<std::string, std::int64_t>> machine = {
      {"accumulate", probe.value()},
      {"bias", biased},
      {"scale", scale},
      {"zero point", scale + o.zero_point},
      {"clamp", std::clamp(scale + o.zero_point, o.lo, o.hi)}};
  const auto golden_stages = golden::explain(graph, graph.ops[static_cast<std::size_t>(d.layer)],
                                             values, d.element, numerics);
  std::vector<Divergence::Stage> pairs;
  for (const auto& g : golden_stages) {
    const auto m = std::find_if(machine.begin(), machine.end(),
                                [&](const auto& one) { return one.first == g.name; });
    if (m != machine.end()) pairs.push_back({g.name, g.value, m->second});
  }
  return pairs;
}

}  // namespace vernier
