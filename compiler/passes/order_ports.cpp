#include "compiler/passes/order_ports.h"

#include <algorithm>
#include <array>

#include "hw_models/spec/ports.h"

namespace vernier::compiler {
namespace {

// The last instruction, by its index in the schedule, that used each port.
class LastUse {
 public:
  LastUse() { last_.fill(-1); }
  void note(const PortSet& ports, int index) {
    ports.each([&](int port) { last_[static_cast<std::size_t>(port)] = index; });
  }
  // Raises *index to the latest use of any of `ports`.
  void raise(const PortSet& ports, int* index) const {
    ports.each([&](int port) { *index = std::max(*index, last_[static_cast<std::size_t>(port)]); });
  }

 private:
  std::array<int, PortSet::kPorts> last_;
};

}  // namespace

// A tile's token comes before its end, so whoever must wait for a tile's reads waits for its drain,
// which ends later and stands behind the tile.
void order_ports(const HwConfig& config, Schedule* schedule) {
  Registers registers;
  LastUse load_writes, post_writes, post_reads, store_reads, tile_reads;
  std::vector<PortSet> undrained;
  for (std::size_t i = 0; i < schedule->insns.size(); ++i) {
    auto& s = schedule->insns[i];
    if (registers.load(s.insn)) continue;
    const auto use = port_use(config, registers, s.insn);
    const int index = static_cast<int>(i);
    const auto need = [&](Engine e) { return &s.needs[static_cast<std::size_t>(e)]; };
    switch (engine_of(s.insn)) {
      case Engine::Load:
        post_writes.raise(use.write, need(Engine::Post));
        load_writes.note(use.write, index);
        break;
      case Engine::Store:
        post_reads.raise(use.read, need(Engine::Post));
        tile_reads.raise(use.read, need(Engine::Post));
        store_reads.note(use.read, index);
        break;
      case Engine::Mac:
        post_reads.raise(use.read, need(Engine::Post));
        store_reads.raise(use.read, need(Engine::Store));
        undrained.push_back(use.read);
        break;
      case Engine::Post:
        load_writes.raise(use.write, need(Engine::Load));
        store_reads.raise(use.read, need(Engine::Store));
        post_reads.note(use.read, index);
        post_writes.note(use.write, index);
        if (!std::holds_alternative<insn::PostDrain>(s.insn)) break;
        for (const auto& ports : undrained) tile_reads.note(ports, index);
        undrained.clear();
        break;
      case Engine::Dispatch:
        break;
    }
  }
}

}  // namespace vernier::compiler
