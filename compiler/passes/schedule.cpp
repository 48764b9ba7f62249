#include <algorithm>

#include "compiler/passes.h"
#include "compiler/passes/order_ports.h"
#include "compiler/passes/worklist.h"
#include "hw_models/spec/error.h"

namespace vernier::compiler {
namespace {

// Merges loads into the work list. Every instruction comes behind those whose tokens it needs, so
// in-order queues of any depth cannot deadlock; loads come as early as ring space, and an estimate
// of what LOAD's queue still holds, allow.
class Merger {
 public:
  Merger(const Plan& plan, WorkList list) : plan_(plan), list_(std::move(list)) {
    weights_.size = plan.config.weight_words();
    params_.size = kParamRecords;
  }

  Schedule run() {
    load_inputs();
    for (std::size_t i = 0; i < list_.work.size(); ++i) {
      require_loads(i);
      prefetch(i);
      emit_work(i);
    }
    return std::move(schedule_);
  }

 private:
  struct Estimate {
    std::int64_t load = 0, mac = 0, post = 0;
  };

  int push(ScheduledInsn s) {
    schedule_.insns.push_back(std::move(s));
    return static_cast<int>(schedule_.insns.size()) - 1;
  }
  int& need(ScheduledInsn* s, Engine from) { return s->needs[static_cast<std::size_t>(from)]; }

  // Estimated end of the work whose instruction has this index in the schedule.
  std::int64_t done_of(int index) const {
    const auto at = std::lower_bound(work_at_.begin(), work_at_.end(), index);
    return at == work_at_.end() || *at != index
               ? 0
               : list_.work[static_cast<std::size_t>(at - work_at_.begin())].done;
  }

  // Index in the schedule of the last instruction that uses load l, or -1 while some user has not
  // been emitted.
  int last_user(int l) const {
    const auto& load = list_.loads[static_cast<std::size_t>(l)];
    return load.last_use < static_cast<int>(work_at_.size())
               ? work_at_[static_cast<std::size_t>(load.last_use)]
               : -1;
  }

  // Finds room for load l in its ring. False when what lies there is still wanted by work that has
  // not been emitted; *free_by becomes the instruction that must end first, or -1.
  bool room(Ring* ring, const LoadWork& load, std::int64_t* at, int* free_by) {
    *at = ring->head + load.extent > ring->size ? 0 : ring->head;
    *free_by = -1;
    const std::int64_t begin = *at, end = *at + load.extent;
    std::size_t gone = 0;
    for (const auto& old : ring->live) {
      if (old.begin < end && begin < old.end) {
        // Everything up to the last overlapped region goes, in order.
        gone = static_cast<std::size_t>(&old - ring->live.data()) + 1;
      }
    }
    for (std::size_t i = 0; i < gone; ++i) {
      const int user = last_user(ring->live[i].load);
      if (user < 0) return false;
      *free_by = std::max(*free_by, user);
    }
    ring->live.erase(ring->live.begin(), ring->live.begin() + static_cast<std::ptrdiff_t>(gone));
    return true;
  }

  // What an instruction needs of work in front of it. False when some of that is still to come.
  bool need_work(const std::vector<int>& behind, ScheduledInsn* s) {
    for (const int n : behind) {
      if (n >= static_cast<int>(work_at_.size())) return false;
      auto& latest = need(s, list_.work[static_cast<std::size_t>(n)].engine());
      latest = std::max(latest, work_at_[static_cast<std::size_t>(n)]);
    }
    return true;
  }

  // Emits the next load in order. False when it has no room yet.
  bool emit_load() {
    const int l = next_load_;
    auto& load = list_.loads[static_cast<std::size_t>(l)];
    ScheduledInsn s;
    s.layer = load.layer;
    s.block = load.block;
    s.tensor = load.tensor;
    s.dram_offset = load.dram_offset;
    if (load.kind == LoadWork::Kind::kAct) {
      if (!need_work(load.behind, &s)) return false;
      s.insn = load.insn;
    } else {
      Ring* ring = load.kind == LoadWork::Kind::kWeights  ? &weights_
                   : load.kind == LoadWork::Kind::kParams ? &params_
                                                          : &tables_;
      std::int64_t at = 0;
      int free_by = -1;
      if (!room(ring, load, &at, &free_by)) return false;
      ring->live.push_back({at, at + load.extent, l});
      ring->head = at + load.extent;
      load.at = at;
      s.insn = place_load(load);
      if (free_by >= 0) {
        need(&s, engine_of(schedule_.insns[static_cast<std::size_t>(free_by)].insn)) = free_by;
      }
    }
    std::int64_t start = std::max(now_.load, start_estimate_);
    for (const int n : s.needs) {
      if (n >= 0) start = std::max(start, done_of(n));
    }
    load.index = push(std::move(s));
    now_.load = start + load.beats;
    load.done = now_.load + plan_.config.dram_latency_cycles;
    ++next_load_;
    return true;
  }

  static Instruction place_load(const LoadWork& load) {
    if (load.kind == LoadWork::Kind::kWeights) {
      insn::LoadWeights i;
      i.words = load.extent;
      i.w_addr = load.at;
      return i;
    }
    if (load.kind == LoadWork::Kind::kParams) {
      insn::LoadParams i;
      i.count = load.extent;
      i.record = load.at;
      return i;
    }
    insn::LoadLut i;
    i.table = load.at;
    i.count = load.entries;
    return i;
  }

  void require_loads(std::size_t i) {
    for (const int l : list_.work[i].loads) {
      while (next_load_ <= l) {
        check(emit_load(), "a load that is needed now has no room in its ring");
      }
    }
  }

  // All inputs come first: LOAD's writes to the activation memory are then in front of everything
  // that could want the same port.
  void load_inputs() {
    const auto is_input = [&] {
      return next_load_ < static_cast<int>(list_.loads.size()) &&
             list_.loads[static_cast<std::size_t>(next_load_)].kind == LoadWork::Kind::kAct;
    };
    while (is_input() && emit_load()) {
    }
  }

  // LOAD's queue must not fill, or the dispatcher stalls on it while MAC and POST run dry.
  void prefetch(std::size_t i) {
    const int most = std::max(1, plan_.config.queue_depth - 2);
    start_estimate_ = estimate_start(list_.work[i]);
    while (next_load_ < static_cast<int>(list_.loads.size())) {
      // Arrivals come in order, so the ones still under way are the last ones.
      const int first = std::max(0, next_load_ - most);
      if (next_load_ >= most &&
          list_.loads[static_cast<std::size_t>(first)].done > start_estimate_) {
        return;
      }
      if (!emit_load()) return;
    }
  }

  std::int64_t estimate_start(const Work& w) const {
    std::int64_t at = w.is_mac() ? now_.mac : w.engine() == Engine::Post ? now_.post : 0;
    for (const int l : w.loads) {
      at = std::max(at, list_.loads[static_cast<std::size_t>(l)].done);
    }
    for (const int n : w.behind) {
      at = std::max(at, list_.work[static_cast<std::size_t>(n)].done);
    }
    return at;
  }

  void emit_work(std::size_t i) {
    auto& w = list_.work[i];
    for (auto& d : w.descriptors) {
      if (auto* window = std::get_if<insn::PostWindow>(&d); window != nullptr && w.table >= 0) {
        window->table = list_.loads[static_cast<std::size_t>(w.table)].at;
      }
      ScheduledInsn s;
      s.insn = d;
      s.layer = w.layer;
      push(std::move(s));
    }
    ScheduledInsn s;
    s.insn = w.insn;
    s.layer = w.layer;
    s.tensor = w.tensor;
    s.dram_offset = w.dram_offset;
    check(need_work(w.behind, &s), "work needs what comes behind it");
    for (const int l : w.loads) {
      auto& latest = need(&s, Engine::Load);
      latest = std::max(latest, list_.loads[static_cast<std::size_t>(l)].index);
    }
    if (w.is_mac()) {
      finish_tile(i, &s);
    } else if (w.drains >= 0) {
      need(&s, Engine::Mac) = work_at_[static_cast<std::size_t>(w.drains)];
    }
    if (auto* drain = std::get_if<insn::PostDrain>(&s.insn)) {
      drain->record = list_.loads[static_cast<std::size_t>(w.params)].at + w.record;
    }
    if (auto* softmax = std::get_if<insn::PostSoftmax>(&s.insn)) {
      softmax->table = list_.loads[static_cast<std::size_t>(w.table)].at;
    }
    if (auto* lut = std::get_if<insn::PostLut>(&s.insn)) {
      lut->table = list_.loads[static_cast<std::size_t>(w.table)].at;
    }
    advance(&w);
    work_at_.push_back(push(std::move(s)));
  }

  // Weight addresses of a tile, and whether its last pass loads the next tile's first weights: it
  // does when they are likely to be there, because the tile then waits for them.
  void finish_tile(std::size_t i, ScheduledInsn* s) {
    auto& w = list_.work[i];
    auto& t = std::get<insn::MacTile>(s->insn);
    t.w_addr = list_.loads[static_cast<std::size_t>(w.weights)].at;
    t.preloaded = preloaded_ ? 1 : 0;
    preloaded_ = false;
    if (w.next_tile < 0) return;
    const auto& next = list_.work[static_cast<std::size_t>(w.next_tile)];
    // The loader subtracts this tile's zero point from all that it loads.
    const auto& codes = plan_.layers[static_cast<std::size_t>(w.layer)].matmul;
    const auto& next_codes = plan_.layers[static_cast<std::size_t>(next.layer)].matmul;
    if (next_codes.weight_zero != codes.weight_zero || next_codes.w_unsigned != codes.w_unsigned) {
      return;
    }
    if (next.weights >= next_load_) return;
    const auto& load = list_.loads[static_cast<std::size_t>(next.weights)];
    if (load.done > estimate_start(w)) return;
    t.next_w_addr = load.at;
    t.next_rows = next.first_rows;
    preloaded_ = true;
    auto& latest = need(s, Engine::Load);
    latest = std::max(latest, load.index);
  }

  void advance(Work* w) {
    const std::int64_t start = estimate_start(*w);
    if (w->engine() == Engine::Store) {
      w->done = start + w->cycles + plan_.config.dram_latency_cycles;
    } else if (w->is_mac()) {
      now_.mac = start + w->cycles;
      w->done = now_.mac;
    } else {
      const std::int64_t from =
          w->drains < 0
              ? start
              : std::max(start, list_.work[static_cast<std::size_t>(w->drains)].done - w->trails);
      now_.post = from + w->cycles;
      w->done = now_.post;
    }
  }

  const Plan& plan_;
  WorkList list_;
  Schedule schedule_;
  Ring weights_, params_, tables_{kLutTables, 0, {}};
  std::vector<int> work_at_;  // per emitted work: its index in the schedule
  int next_load_ = 0;
  bool preloaded_ = false;
  Estimate now_;
  std::int64_t start_estimate_ = 0;

 public:
  const std::vector<ConstantBlock>& blocks() const { return list_.blocks; }
};

// Sets a field of an instruction by name. False when it has none of that name.
bool set_field(Instruction* i, std::string_view name, std::int64_t value) {
  bool found = false;
  std::visit(
      [&](auto& one) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, std::monostate>) {
          insn::fields(one, [&](const char* field, std::int64_t& v, int, bool, const char*) {
            if (name == field) {
              v = value;
              found = true;
            }
          });
        }
      },
      *i);
  return found;
}

// The instruction that only takes tokens.
Instruction wait_of(Engine e) {
  switch (e) {
    case Engine::Load:
      return insn::LoadWait{};
    case Engine::Store:
      return insn::StoreWait{};
    case Engine::Mac:
      return insn::MacWait{};
    default:
      return insn::PostWait{};
  }
}

// Turns needs into tokens. Engines run in order, so an instruction that needs sender p is also
// behind everything before p: only needs later than all earlier ones take a token, one each. An
// instruction without a field for it gets a wait in front.
void set_tokens(Schedule* s) {
  constexpr std::array<const char*, kEngines> kWait = {"wait_load", "wait_store", "wait_mac",
                                                       "wait_post"};
  constexpr std::array<const char*, kEngines> kSignal = {"signal_load", "signal_store",
                                                         "signal_mac", "signal_post"};
  std::array<std::array<int, kEngines>, kEngines> seen;
  for (auto& row : seen) row.fill(-1);
  std::vector<ScheduledInsn> list;
  std::vector<std::size_t> at(s->insns.size());  // where each instruction went
  list.reserve(s->insns.size());
  for (std::size_t n = 0; n < s->insns.size(); ++n) {
    auto& to = s->insns[n];
    const auto receiver = static_cast<std::size_t>(engine_of(to.insn));
    ScheduledInsn wait;
    wait.insn = wait_of(engine_of(to.insn));
    wait.layer = to.layer;
    bool waits = false;
    for (std::size_t from = 0; from < kEngines; ++from) {
      const int p = to.needs[from];
      if (p < 0) continue;
      to.needs[from] = static_cast<int>(at[static_cast<std::size_t>(p)]);
      if (from == receiver || p <= seen[from][receiver]) continue;
      seen[from][receiver] = p;
      if (!set_field(&to.insn, kWait[from], 1)) {
        check(set_field(&wait.insn, kWait[from], 1), "an engine cannot wait for another one");
        waits = true;
      }
      check(set_field(&list[at[static_cast<std::size_t>(p)]].insn, kSignal[receiver], 1),
            "an instruction cannot send the token that another one needs");
    }
    if (waits) list.push_back(std::move(wait));
    at[n] = list.size();
    list.push_back(std::move(to));
  }
  s->insns = std::move(list);
}

}  // namespace

Schedule schedule(const Plan& plan) {
  Merger merger(plan, make_work(plan));
  auto blocks = merger.blocks();
  Schedule s = merger.run();
  s.blocks = std::move(blocks);
  order_ports(plan.config, &s);
  set_tokens(&s);
  return s;
}

}  // namespace vernier::compiler
