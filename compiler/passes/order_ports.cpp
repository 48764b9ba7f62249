#include "compiler/passes/order_ports.h"

#include <algorithm>

#include "hw_models/spec/ports.h"

namespace vernier::compiler {
namespace {

struct User {
  int index = -1;  // in Schedule::insns
  PortSet ports;
};

// The latest of `users` that meets `ports`, if it is later than `known`; else `known`.
int latest(const std::vector<User>& users, const PortSet& ports, int known) {
  const auto found = std::find_if(users.rbegin(), users.rend(), [&](const User& u) {
    return u.index <= known || u.ports.meets(ports);
  });
  return found == users.rend() ? known : std::max(known, found->index);
}

}  // namespace

void order_ports(const HwConfig& config, Schedule* schedule) {
  Registers registers;
  std::vector<User> load_writes;
  std::vector<User> post_reads;     // POST instructions
  std::vector<User> drained_tiles;  // MAC reads, by the index of the drain
  std::vector<PortSet> tile_reads;  // of tiles whose drain is still to come
  for (std::size_t i = 0; i < schedule->insns.size(); ++i) {
    auto& s = schedule->insns[i];
    if (registers.load(s.insn)) continue;
    const auto use = port_use(config, registers, s.insn);
    const int index = static_cast<int>(i);
    auto& needs_load = s.needs[static_cast<std::size_t>(Engine::Load)];
    auto& needs_post = s.needs[static_cast<std::size_t>(Engine::Post)];
    switch (engine_of(s.insn)) {
      case Engine::Load:
        if (!use.write.empty()) load_writes.push_back({index, use.write});
        break;
      case Engine::Mac:
        needs_post = latest(post_reads, use.read, needs_post);
        tile_reads.push_back(use.read);
        break;
      case Engine::Post:
        needs_load = latest(load_writes, use.write, needs_load);
        if (!use.read.empty()) post_reads.push_back({index, use.read});
        if (!std::holds_alternative<insn::PostDrain>(s.insn)) break;
        for (const auto& reads : tile_reads) drained_tiles.push_back({index, reads});
        tile_reads.clear();
        break;
      case Engine::Store:
        needs_post = latest(post_reads, use.read, needs_post);
        needs_post = latest(drained_tiles, use.read, needs_post);
        break;
      case Engine::Dispatch:
        break;
    }
  }
}

}  // namespace vernier::compiler
