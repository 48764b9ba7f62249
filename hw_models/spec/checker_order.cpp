#include "hw_models/spec/checker_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "hw_models/spec/descriptors.h"
#include "hw_models/spec/durations.h"
#include "hw_models/spec/machine.h"
#include "hw_models/spec/ports.h"

namespace vernier {
namespace {

constexpr auto kMac = static_cast<std::size_t>(Engine::Mac);
constexpr auto kPost = static_cast<std::size_t>(Engine::Post);
constexpr std::size_t kAccBuffersMost = 4;  // what two bits of a buffer field name

using Clock = std::array<std::int64_t, kEngines>;
void join(Clock* into, const Clock& other) {
  for (std::size_t e = 0; e < into->size(); ++e) (*into)[e] = std::max((*into)[e], other[e]);
}

// What a tile whose last pass has begun still does: counted from the start of whoever takes its
// token.
struct LastPass {
  std::int64_t tile = -1;     // the tile's number, -1: none
  std::int64_t reads_on = 0;  // cycles in which it may read
  std::uint32_t pc = 0;
  std::int64_t buffer = 0, height = 0, width = 0;
  PassFeed feed;
  std::int64_t taken_at = 0;  // POST's time
};

// A token on its way: what its sender knew, and MacTile's early one.
struct Token {
  Clock known{};
  LastPass last_pass;
};

class Run {
 public:
  Run(const Listing& listing, const std::function<void(const OrderedInsn&)>& visit)
      : listing_(listing), visit_(visit) {}

  std::int64_t run() {
    for (bool moved = true; moved;) {
      moved = dispatch();
      for (std::size_t e = 0; e < kEngines; ++e) {
        while (start_head(e)) moved = true;
      }
    }
    const bool idle = std::all_of(engines_.begin(), engines_.end(),
                                  [](const EngineState& e) { return e.queue.empty(); });
    if (!ended_ || !idle) deadlock();
    return sent_;
  }

 private:
  // A tile or drain of some accumulator buffer: its number among its engine's instructions.
  struct BufferUser {
    std::int64_t number = -1;  // -1: none
    std::uint32_t pc = 0;
  };
  struct Queued {
    std::uint32_t pc;
    Clock before;      // instructions dispatched before it, per engine
    BufferUser other;  // of a drain the tile, of a tile the drain of its buffer in front of it
  };
  struct EngineState {
    std::deque<Queued> queue;
    std::int64_t started = 0;
    Clock known{};  // per engine: instructions behind
    // Per sender: tokens that the first 1, 2, .. instructions dispatched take together.
    std::array<std::vector<std::int64_t>, kEngines> wanted;
  };
  struct Channel {
    std::deque<Token> waiting;
    std::int64_t sent = 0;
  };
  // A tile that may still be reading: done at POST's time `until`.
  struct Tail {
    std::int64_t tile, until;
  };

  // Hands out instructions until a queue is full, a page is missing or END is reached.
  bool dispatch() {
    bool moved = false;
    while (!ended_) {
      const Instruction& i = listing_.insns[pc_];
      if (std::holds_alternative<insn::End>(i)) {
        ended_ = true;
      } else if (std::holds_alternative<insn::Switch>(i)) {
        if (pages_loaded_ < page_ + 2) return moved;
        ++page_;
        ++pc_;
      } else {
        auto& engine = engines_[static_cast<std::size_t>(engine_of(i))];
        if (engine.queue.size() >= static_cast<std::size_t>(listing_.config().queue_depth)) {
          return moved;
        }
        engine.queue.push_back({pc_, dispatched_, note_buffer(i)});
        note_wants(&engine);
        ++dispatched_[static_cast<std::size_t>(engine_of(i))];
        ++pc_;
      }
      moved = true;
    }
    return moved;
  }

  // Takes note of a tile or drain; returns whom it must be behind.
  BufferUser note_buffer(const Instruction& i) {
    if (const auto* t = std::get_if<insn::MacTile>(&i)) {
      const auto buffer = static_cast<std::size_t>(t->buffer);
      tiles_[buffer] = {dispatched_[kMac], pc_};
      return drains_[buffer];
    }
    if (const auto* d = std::get_if<insn::PostDrain>(&i)) {
      const auto buffer = static_cast<std::size_t>(d->buffer);
      drains_[buffer] = {dispatched_[kPost], pc_};
      return tiles_[buffer];
    }
    return {};
  }

  void note_wants(EngineState* engine) {
    for (std::size_t from = 0; from < kEngines; ++from) {
      auto& sums = engine->wanted[from];
      sums.push_back((sums.empty() ? 0 : sums.back()) + listing_.tokens[pc_].waits[from]);
    }
  }

  bool start_head(std::size_t e) {
    auto& engine = engines_[e];
    if (engine.queue.empty()) return false;
    const auto [pc, before, other] = engine.queue.front();
    const auto& tokens = listing_.tokens[pc];
    for (std::size_t from = 0; from < kEngines; ++from) {
      if (static_cast<std::int64_t>(channels_[from][e].waiting.size()) < tokens.waits[from]) {
        return false;
      }
    }
    engine.queue.pop_front();
    if (e == kPost) advance_post(pc);
    for (std::size_t from = 0; from < kEngines; ++from) take(e, from, tokens.waits[from]);
    if (e == kPost) settle_tails();
    if (other.number >= 0) check_buffer(pc, other);
    if (const auto* d = std::get_if<insn::PostDrain>(&listing_.insns[pc])) check_lag(pc, *d);
    visit_({pc, static_cast<Engine>(e), engine.started, engine.known});
    running_before_ = before;
    execute(e, pc);
    return true;
  }

  void take(std::size_t e, std::size_t from, int count) {
    auto& waiting = channels_[from][e].waiting;
    for (int n = 0; n < count; ++n) {
      const Token t = waiting.front();
      waiting.pop_front();
      if (n + 1 < count) continue;  // the last one knows all that the others knew
      join(&engines_[e].known, t.known);
      if (t.last_pass.tile < 0) continue;
      tails_.push_back({t.last_pass.tile, post_time_ + t.last_pass.reads_on});
      auto& last = last_passes_[static_cast<std::size_t>(t.last_pass.buffer)];
      last = t.last_pass;
      last.taken_at = post_time_;
    }
  }

  // POST's time at the start of the instruction at `pc`, in the fastest run.
  void advance_post(std::uint32_t pc) {
    if (post_pc_ >= 0) {
      post_time_ +=
          post_interval(listing_.config(), registers_.post,
                        listing_.insns[static_cast<std::size_t>(post_pc_)], listing_.insns[pc]);
    }
    post_pc_ = pc;
  }

  // Tiles that have stopped reading by now.
  void settle_tails() {
    auto& known = engines_[kPost].known[kMac];
    while (!tails_.empty() && tails_.front().until <= post_time_) {
      known = std::max(known, tails_.front().tile + 1);
      tails_.pop_front();
    }
  }
  // What POST knows `cycles` later.
  Clock known_after(std::int64_t cycles) const {
    Clock known = engines_[kPost].known;
    for (const Tail& t : tails_) {
      if (t.until > post_time_ + cycles) break;
      known[kMac] = std::max(known[kMac], t.tile + 1);
    }
    return known;
  }

  // A drain is behind its tile's last pass, a tile behind the drain that reads its buffer.
  void check_buffer(std::uint32_t pc, const BufferUser& other) const {
    if (const auto* d = std::get_if<insn::PostDrain>(&listing_.insns[pc])) {
      if (engines_[kPost].known[kMac] > other.number ||
          last_passes_[static_cast<std::size_t>(d->buffer)].tile == other.number) {
        return;
      }
      listing_.fail(
          ErrorId::ProgramPoison, pc,
          fmt::format("nothing orders it behind the last pass of {}, which fills buffer {}",
                      listing_.at(other.pc), d->buffer));
    }
    if (engines_[kMac].known[kPost] > other.number) return;
    listing_.fail(ErrorId::ProgramPoison, pc,
                  fmt::format("nothing orders it behind {}, which reads the buffer that it fills",
                              listing_.at(other.pc)));
  }

  // The drain stays behind the last pass of the tile that it follows.
  void check_lag(std::uint32_t pc, const insn::PostDrain& d) const {
    const LastPass& last = last_passes_[static_cast<std::size_t>(d.buffer)];
    if (last.tile < 0) return;
    const std::int64_t per_pixel =
        (d.cols + listing_.config().post_lanes - 1) / listing_.config().post_lanes;
    const std::int64_t least =
        drain_lag(last.feed, last.height, last.width, per_pixel) - (post_time_ - last.taken_at);
    if (d.lag >= least) return;
    listing_.fail(
        ErrorId::ProgramOperand, pc,
        fmt::format("lag {}, must be at least {}: {} feeds {} cycles for {} pixels of a row", d.lag,
                    least, listing_.at(last.pc), last.feed.row_cycles, last.width));
  }

  void execute(std::size_t e, std::uint32_t pc) {
    auto& engine = engines_[e];
    const Instruction& i = listing_.insns[pc];
    const auto& tokens = listing_.tokens[pc];
    const bool descriptor = registers_.load(i);
    if (std::holds_alternative<insn::LoadProgram>(i)) ++pages_loaded_;
    if (const auto* t = std::get_if<insn::MacTile>(&i); t != nullptr && tokens.early_post) {
      // POST has it one cycle behind start_of_last_pass at the earliest; the first cycle without a
      // read is one behind the last read.
      const auto timing = mac_tile_timing(listing_.config(), registers_.mac, *t);
      const std::int64_t reads_on = mac_last_read(timing, *t) - timing.start_of_last_pass;
      send(e, kPost, pc,
           {engine.known,
            {engine.started, reads_on, pc, t->buffer, t->height, t->width, timing.last, 0}});
    }
    ++engine.started;
    engine.known[e] = engine.started;
    const Clock at_end = e != kPost || descriptor
                             ? engine.known
                             : known_after(post_duration(listing_.config(), registers_.post, i));
    for (std::size_t to = 0; to < kEngines; ++to) {
      if (tokens.signals[to]) send(e, to, pc, {at_end, {}});
    }
  }

  void send(std::size_t from, std::size_t to, std::uint32_t pc, const Token& token) {
    ++sent_;
    auto& channel = channels_[from][to];
    channel.waiting.push_back(token);
    ++channel.sent;
    const std::int64_t most = channel.sent - surely_taken(from, to, token.known[to]);
    if (most > kSemaphoreMax) {
      listing_.fail(ErrorId::ProgramDeadlock, pc,
                    fmt::format("up to {} tokens from {} could wait at {}, a counter holds {}",
                                most, engine_name(static_cast<Engine>(from)),
                                engine_name(static_cast<Engine>(to)), kSemaphoreMax));
    }
  }

  // Tokens of a channel that the receiver has taken in every run when this sender has started: by
  // instructions that are known to be behind it, and by those dispatched before it except for a
  // queue's length.
  std::int64_t surely_taken(std::size_t from, std::size_t to, std::int64_t behind) const {
    const auto& sums = engines_[to].wanted[from];
    if (sums.empty()) return 0;
    const std::int64_t dispatched = running_before_[to] - listing_.config().queue_depth;
    const std::int64_t n =
        std::min(std::max(behind, dispatched), static_cast<std::int64_t>(sums.size()));
    return n <= 0 ? 0 : sums[static_cast<std::size_t>(n - 1)];
  }

  [[noreturn]] void deadlock() const {
    std::string text;
    const auto add = [&text](const std::string& one) { text += (text.empty() ? "" : "; ") + one; };
    for (std::size_t e = 0; e < kEngines; ++e) {
      if (!engines_[e].queue.empty()) add(head_text(e));
    }
    if (!ended_) {
      add(fmt::format("the dispatcher stands at {}", listing_.at(pc_)));
    }
    throw Error(ErrorId::ProgramDeadlock, listing_.where, "nothing can go on: " + text);
  }

  std::string head_text(std::size_t e) const {
    const std::uint32_t pc = engines_[e].queue.front().pc;
    std::string list;
    for (std::size_t from = 0; from < kEngines; ++from) {
      const int want = listing_.tokens[pc].waits[from];
      const auto have = channels_[from][e].waiting.size();
      if (static_cast<std::int64_t>(have) >= want) continue;
      list += fmt::format("{}{} tokens from {} (has {})", list.empty() ? "" : " and ", want,
                          engine_name(static_cast<Engine>(from)), have);
    }
    return fmt::format("{} {} waits for {}", engine_name(static_cast<Engine>(e)), listing_.at(pc),
                       list);
  }

  const Listing& listing_;
  const std::function<void(const OrderedInsn&)>& visit_;
  std::array<EngineState, kEngines> engines_;
  std::array<std::array<Channel, kEngines>, kEngines> channels_;  // [from][to]
  Clock dispatched_{};                                            // instructions handed out so far
  Clock running_before_{};  // those in front of the instruction that runs
  Registers registers_;
  std::deque<Tail> tails_;
  std::int64_t post_time_ = 0;  // start of POST's latest instruction behind its first one's
  std::int64_t post_pc_ = -1;   // that instruction, -1: none yet
  // By accumulator buffer: the last pass whose token POST has taken; who was dispatched last.
  std::array<LastPass, kAccBuffersMost> last_passes_;
  std::array<BufferUser, kAccBuffersMost> tiles_, drains_;
  std::uint32_t pc_ = 0;
  std::size_t page_ = 0, pages_loaded_ = 1;
  bool ended_ = false;
  std::int64_t sent_ = 0;
};

}  // namespace

std::int64_t run_in_order(const Listing& listing,
                          const std::function<void(const OrderedInsn&)>& visit) {
  return Run(listing, visit).run();
}

}  // namespace vernier
