// The order of a program's instructions that holds in every run: the dispatcher, the queues and the
// counters executed without time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "hw_models/spec/checker_listing.h"

namespace vernier {

// Most instructions of a program (bad_inputs.md, default limits).
inline constexpr std::size_t kMostInstructions = std::size_t{1} << 24;

// An instruction at its start, and what is known to lie before it.
struct OrderedInsn {
  std::uint32_t pc = 0;
  Engine engine = Engine::Dispatch;
  std::int64_t number = 0;  // among its engine's instructions
  // Per engine: how many of its instructions are behind, in every run: no longer using the
  // activation memory in any cycle from this one's first on.
  std::array<std::int64_t, kEngines> behind{};
};

// Starts every instruction in one order that a run can take, as late as nothing forces it to: each
// engine in order, tokens in front, queues of config.queue_depth. Engines, counters and queues are
// in-order with one reader and one writer each, so whether all instructions start does not depend
// on the order chosen. Calls `visit` for each and returns the number of tokens sent.
//
// What `behind` rests on:
//   - an engine's instructions end in order (LOAD's and STORE's overlap, but end in order);
//   - the k-th token that an engine takes from another is the k-th sent, at its sender's end;
//   - MacTile's token to POST only says that the tile's last pass has begun; the tile goes on
//     reading for a fixed number of cycles (mac_last_read), and POST's own instructions follow each
//     other at fixed intervals or later (post_interval), so once those that began with that token
//     have taken as long, the tile has stopped reading whatever LOAD, STORE and DRAM do.
//
// Tiles and drains of one accumulator buffer must be ordered: a drain behind the start of the last
// pass of the tile in front of it, a tile behind the end of the drain in front of it, else
// Error(ProgramPoison). A drain's lag must not be smaller than drain_lag of its tile, less the
// cycles since that token: Error(ProgramOperand).
//
// Throws Error(ProgramDeadlock): when nothing can go on, naming for each engine what its head waits
// for; or when a counter could come to hold more than kSemaphoreMax tokens. How far a receiver may
// lag behind its sender is bounded by what `behind` says and by its queue: what was dispatched
// before the sender has started except for at most queue_depth instructions.
std::int64_t run_in_order(const Listing& listing,
                          const std::function<void(const OrderedInsn&)>& visit);

}  // namespace vernier
