#include "sim/layers.h"

#include <algorithm>
#include <cmath>

#include "hw_models/spec/durations.h"
#include "hw_models/spec/error.h"

namespace vernier {
namespace {

// Feeding cycles of a tile before relative cycle n.
std::int64_t fed_before(const HwConfig& config, const MacRegisters& r, const insn::MacTile& t,
                        std::int64_t n) {
  PassState at{static_cast<int>(r.reduce.ky), static_cast<int>(r.reduce.kx),
               static_cast<int>(r.reduce.offset)};
  const int channels = static_cast<int>(r.ifmap.channels);
  Pass pass = next_pass(r.kernel, channels, config.array_rows, &at);
  std::int64_t begin = kMacSetupCycles + (t.preloaded != 0 ? 0 : pass.rows), fed = 0;
  for (std::int64_t j = 0; j < r.reduce.passes && begin < n; ++j) {
    const PassFeed feed = pass_feed(r, t, pass);
    fed += std::clamp<std::int64_t>(n - begin, 0, t.height * feed.row_cycles);
    std::int64_t next_rows = t.next_rows;
    if (j + 1 < r.reduce.passes) {
      pass = next_pass(r.kernel, channels, config.array_rows, &at);
      next_rows = pass.rows;
    }
    begin += pass_cycles(feed, t.height, next_rows);
  }
  return fed;
}

// An instruction of MAC or POST in time.
struct Busy {
  std::size_t pc;
  std::int64_t head, start, end;  // end: first cycle behind it
  int blocker;
  enum class Kind { kTile, kVector, kDrain, kDescriptor } kind;
  MacRegisters regs;
  const insn::MacTile* tile;
};

class Summarizer {
 public:
  Summarizer(const cycle::DecodedProgram& d, const cycle::RunResult& run, const EnergyTable& table)
      : decoded_(d), run_(run), program_(*d.program), energy_(program_.config, table) {}

  Summary run() {
    activity_ = program_activity(decoded_, run_.timing);
    rows_.resize(program_.layers.size());
    describe();
    for (std::size_t pc = 0; pc < activity_.size(); ++pc) {
      rows_[program_.layer_of[pc]].activity += activity_[pc];
    }
    ends();
    collect();
    std::int64_t begin = 0;
    for (auto& row : rows_) {
      // Lanes count in the layer in whose cycles they work: a layer's first tiles may run before
      // the drain of the one in front of it has ended.
      auto& a = row.activity;
      a.lanes_active = a.lanes_zero = a.lanes_padded = 0;
      row.split = split(begin, row.end_cycle, &a);
      begin = row.end_cycle;
      const std::int64_t lanes =
          std::int64_t{program_.config.array_rows} * program_.config.array_cols;
      row.lanes_stalled = lanes * row.cycles - a.lanes_active - a.lanes_zero - a.lanes_padded;
      row.energy = energy_.of(a, row.cycles, a.lanes_padded + row.lanes_stalled);
    }
    return total();
  }

 private:
  void describe() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto& l = program_.layers[i];
      auto& row = rows_[i];
      row.index = static_cast<int>(i);
      row.name = l.name;
      row.op = l.op;
      row.mapping = l.mapping;
      row.shape_in = l.shape_in;
      row.shape_out = l.shape_out;
      row.macs = l.macs;
      row.bound_cycles = l.bound_cycles;
    }
  }

  void ends() {
    for (std::size_t pc = 0; pc < decoded_.insns.size(); ++pc) {
      if (engine_of(decoded_.insns[pc]) != Engine::Post) continue;
      auto& row = rows_[program_.layer_of[pc]];
      row.end_cycle = std::max(row.end_cycle, run_.timing[pc].end + 1);
    }
    // STORE's tail belongs to the last layer that writes; those behind it are other names or the
    // host's work.
    auto tail = std::find_if(rows_.rbegin(), rows_.rend(),
                             [](const LayerRow& row) { return row.end_cycle > 0; });
    (tail == rows_.rend() ? rows_.back() : *tail).end_cycle = run_.cycles;
    std::int64_t last = 0;
    for (auto& row : rows_) {
      row.end_cycle = std::max(row.end_cycle, last);
      last = row.end_cycle;
    }
    rows_.back().end_cycle = run_.cycles;
    last = 0;
    for (auto& row : rows_) {
      row.cycles = row.end_cycle - last;
      last = row.end_cycle;
    }
  }

  void collect() {
    Registers regs;
    for (std::size_t pc = 0; pc < decoded_.insns.size(); ++pc) {
      const auto& i = decoded_.insns[pc];
      const auto& t = run_.timing[pc];
      const bool descriptor = regs.load(i);
      const Engine e = engine_of(i);
      if (e != Engine::Mac && e != Engine::Post) continue;
      Busy b{pc, t.head, t.start, t.end + 1, t.blocker, Busy::Kind::kVector, regs.mac, nullptr};
      if (descriptor || t.end == t.start) b.kind = Busy::Kind::kDescriptor;
      if (descriptor) b.end = b.start + 1;  // descriptors report no end of their own
      if (std::holds_alternative<insn::PostDrain>(i)) b.kind = Busy::Kind::kDrain;
      if (const auto* tile = std::get_if<insn::MacTile>(&i)) {
        b.kind = Busy::Kind::kTile;
        b.tile = tile;
      }
      (e == Engine::Mac ? mac_ : post_).push_back(b);
    }
  }

  // The instruction of an engine that runs in cycle c, or that starts next; nullptr behind the
  // last.
  static const Busy* at_or_next(const std::vector<Busy>& list, std::size_t* from, std::int64_t c) {
    while (*from < list.size() && list[*from].end <= c) ++*from;
    return *from < list.size() ? &list[*from] : nullptr;
  }

  // Feeding cycles of a tile before relative cycle n; `all` of them by its end.
  std::int64_t fed_until(const Busy& m, std::int64_t n, std::int64_t all) const {
    if (n <= 0) return 0;
    return n >= m.end - m.start ? all : fed_before(program_.config, m.regs, *m.tile, n);
  }

  // Adds the lane-cycles of relative cycles [from, to) of a tile; returns its feeding cycles there.
  // A cycle has as many active, zero and padded lanes as the tile's mean, rounded down; the lanes
  // left over are the tile's left-over active ones first, then zero ones, then padded ones. So no
  // window's count is negative, and all windows add up to the tile.
  std::int64_t feed(const Busy& m, std::int64_t from, std::int64_t to, Activity* lanes) {
    const auto& config = program_.config;
    const auto& all = activity_[m.pc];
    const std::int64_t array = std::int64_t{config.array_rows} * config.array_cols;
    // All lanes of the tile's feeding cycles.
    const std::int64_t cycles = (all.lanes_active + all.lanes_zero + all.lanes_padded) / array;
    // A tile's windows come one behind the other.
    const std::int64_t before =
        fed_pc_ == m.pc && fed_to_ == from ? fed_ : fed_until(m, from, cycles);
    const std::int64_t behind = fed_until(m, to, cycles);
    fed_pc_ = m.pc;
    fed_to_ = to;
    fed_ = behind;
    const std::int64_t left_over =
        array - all.lanes_active / cycles - all.lanes_zero / cycles - all.lanes_padded / cycles;
    // Of `n` of the tile, those of the `first` cycles; `ahead` are left over before these.
    const auto up_to = [&](std::int64_t n, std::int64_t ahead, std::int64_t first) {
      return n / cycles * first +
             std::clamp(left_over * first - ahead, std::int64_t{0}, n % cycles);
    };
    const auto part = [&](std::int64_t n, std::int64_t ahead) {
      return up_to(n, ahead, behind) - up_to(n, ahead, before);
    };
    const std::int64_t active = part(all.lanes_active, 0);
    const std::int64_t zero = part(all.lanes_zero, all.lanes_active % cycles);
    lanes->lanes_active += active;
    lanes->lanes_zero += zero;
    lanes->lanes_padded += (behind - before) * array - active - zero;
    return behind - before;
  }

  CycleSplit split(std::int64_t begin, std::int64_t end, Activity* lanes) {
    CycleSplit s;
    for (std::int64_t c = begin; c < end;) {
      const Busy* m = at_or_next(mac_, &mac_at_, c);
      const Busy* p = at_or_next(post_, &post_at_, c);
      const bool mac_runs = m != nullptr && m->start <= c;
      const bool post_runs = p != nullptr && p->start <= c;
      // Up to the next cycle in which anything changes.
      std::int64_t to = end;
      if (m != nullptr) to = std::min(to, mac_runs ? m->end : m->start);
      if (p != nullptr) to = std::min(to, post_runs ? p->end : p->start);
      const std::int64_t n = to - c;
      if (mac_runs && m->tile != nullptr) {
        const std::int64_t fed = feed(*m, c - m->start, to - m->start, lanes);
        s.compute += fed;
        s.weight_port += n - fed;
      } else if (post_runs && p->kind == Busy::Kind::kVector) {
        s.compute += n;
      } else if (post_runs && p->kind == Busy::Kind::kDrain) {
        s.drain += n;
      } else if (mac_runs || post_runs) {
        s.issue += n;
      } else {
        idle(m, p, c, to, &s);
      }
      c = to;
    }
    return s;
  }

  // Neither works in [c, to): what the one that starts next has waited for.
  static void idle(const Busy* m, const Busy* p, std::int64_t c, std::int64_t to, CycleSplit* s) {
    const Busy* next = m == nullptr || (p != nullptr && p->start < m->start) ? p : m;
    if (next == nullptr) {
      s->dram_exposed += to - c;  // only STORE is left
      return;
    }
    const std::int64_t head = std::clamp(next->head, c, to);
    s->issue += head - c;
    (next->blocker == static_cast<int>(Engine::Load) ? s->dram_exposed : s->sync) += to - head;
  }

  Summary total() {
    Summary out;
    out.time_us = static_cast<double>(run_.cycles) / program_.config.clock_mhz;
    auto& t = out.total;
    t.name = "total";
    std::int64_t mac_bound = 0, post_bound = 0;
    for (const auto& row : rows_) {
      check(row.split.total() == row.cycles, "the parts of a layer's cycles do not add up to them");
      check(row.cycles >= 0, "a layer ends before the one in front of it");
      check(row.lanes_stalled >= 0, "more lane-cycles work in a layer than it has");
      t.macs += row.macs;
      t.cycles += row.cycles;
      (row.mapping == "vector" ? post_bound : mac_bound) += row.bound_cycles;
      t.activity += row.activity;
      t.lanes_stalled += row.lanes_stalled;
      t.energy += row.energy;
      t.split.compute += row.split.compute;
      t.split.dram_exposed += row.split.dram_exposed;
      t.split.weight_port += row.split.weight_port;
      t.split.drain += row.split.drain;
      t.split.sync += row.split.sync;
      t.split.issue += row.split.issue;
    }
    // Layers on MAC follow each other, layers in POST alone may run beside them, and all bytes go
    // over one channel, whenever they go.
    t.bound_cycles = std::max(
        {mac_bound, post_bound,
         dram_beats(program_.config, t.activity.dram_read_bytes + t.activity.dram_written_bytes)});
    t.end_cycle = run_.cycles;
    check(t.cycles == run_.cycles, "layer cycles do not add up to the run's");
    check(t.activity.macs == t.macs && t.activity.lanes_active + t.activity.lanes_zero == t.macs,
          "lane-cycles with operands are not the network's MACs");
    const std::int64_t lanes =
        std::int64_t{program_.config.array_rows} * program_.config.array_cols;
    check(t.activity.lanes_active + t.activity.lanes_zero + t.activity.lanes_padded +
                  t.lanes_stalled ==
              lanes * run_.cycles,
          "lane-cycles do not add up to lanes x cycles");
    const auto& a = t.activity;
    const Energy whole = energy_.of(a, t.cycles, a.lanes_padded + t.lanes_stalled);
    check(std::abs(whole.total() - t.energy.total()) <= 1e-9 * whole.total(),
          "the layers' energy does not add up to the run's");
    out.rows = std::move(rows_);
    return out;
  }

  const cycle::DecodedProgram& decoded_;
  const cycle::RunResult& run_;
  const Program& program_;
  EnergyModel energy_;
  std::vector<Activity> activity_;  // per pc
  std::vector<LayerRow> rows_;
  std::vector<Busy> mac_, post_;
  std::size_t mac_at_ = 0, post_at_ = 0;
  std::size_t fed_pc_ = 0;  // the tile whose window was counted last, its end, and fed_until there
  std::int64_t fed_to_ = -1, fed_ = 0;
};

}  // namespace

double LayerRow::util_pct(const HwConfig& config) const {
  const double lanes = static_cast<double>(config.array_rows) * config.array_cols;
  return cycles == 0 ? 0
                     : 100.0 * static_cast<double>(macs) / (lanes * static_cast<double>(cycles));
}

double LayerRow::util_vs_bound_pct() const {
  return cycles == 0 ? 100.0
                     : 100.0 * static_cast<double>(bound_cycles) / static_cast<double>(cycles);
}

Summary summarize(const cycle::DecodedProgram& decoded, const cycle::RunResult& run,
                  const EnergyTable& table) {
  return Summarizer(decoded, run, table).run();
}

}  // namespace vernier
