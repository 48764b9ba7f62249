// The ports of the activation memory: every (page, bank) has one read and one write port, and which
// of them an instruction uses follows from its fields, its engine's registers and the
// configuration. The static checker and the cycle model compare these sets.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "hw_models/spec/descriptors.h"
#include "hw_models/spec/durations.h"
#include "hw_models/spec/hw_config.h"

namespace vernier {

// A set of (page, bank), 16 of each at most.
class PortSet {
 public:
  void add(int page, int bank) {
    const int port = page * kBanks + bank;
    bits_[static_cast<std::size_t>(port / 64)] |= std::uint64_t{1} << (port % 64);
  }
  bool empty() const { return (bits_[0] | bits_[1] | bits_[2] | bits_[3]) == 0; }
  bool meets(const PortSet& o) const {
    return ((bits_[0] & o.bits_[0]) | (bits_[1] & o.bits_[1]) | (bits_[2] & o.bits_[2]) |
            (bits_[3] & o.bits_[3])) != 0;
  }
  bool operator==(const PortSet& o) const { return bits_ == o.bits_; }
  PortSet operator&(const PortSet& o) const {
    PortSet both;
    for (std::size_t i = 0; i < bits_.size(); ++i) both.bits_[i] = bits_[i] & o.bits_[i];
    return both;
  }
  // visit(port) in ascending order; page_of and bank_of split a port.
  template <class Visit>
  void each(Visit&& visit) const {
    for (std::size_t i = 0; i < bits_.size(); ++i) {
      for (std::uint64_t rest = bits_[i]; rest != 0; rest &= rest - 1) {
        visit(static_cast<int>(i) * 64 + __builtin_ctzll(rest));
      }
    }
  }
  static constexpr int kBanks = 16, kPorts = 256;
  static int page_of(int port) { return port / kBanks; }
  static int bank_of(int port) { return port % kBanks; }

 private:
  std::array<std::uint64_t, 4> bits_{};
};

struct PortUse {
  PortSet read, write;
  bool empty() const { return read.empty() && write.empty(); }
  bool operator==(const PortUse& o) const { return read == o.read && write == o.write; }
};

// Ports of one instruction under the registers it runs with; empty for descriptors, waits and
// everything that leaves the activation memory alone. A tile counts all rows between its first and
// last, each over its whole width. Bytes outside the memory have no port.
PortUse port_use(const HwConfig& config, const Registers& registers, const Instruction& i);

// "the write port of page 1 bank 3", of the first port that both use; "" when there is none.
std::string shared_port(const PortUse& a, const PortUse& b);

// The last cycle in which a MAC tile may read the activation memory, counted as the timing counts:
// the last pass reads in every feeding cycle from start_of_last_pass on, its address and SRAM
// stages come within kMacFeedStages. Behind it the tile only loads the next tile's weights.
std::int64_t mac_last_read(const MacTileTiming& timing, const insn::MacTile& t);

// Packed and depthwise mode: the most kernel rows of one pass that lie in banks of their own,
// whatever row they begin with; rows dilation_h apart, in a ring or not.
std::int64_t segment_banks(const HwConfig& config, const insn::MacKernel& k);

// PostAdd, PostMul: the first of the instruction's rows in which operands A and B need one read
// port for different addresses, or -1; -1 for every other instruction.
std::int64_t colliding_row(const HwConfig& config, const PostRegisters& r, const Instruction& i);

}  // namespace vernier
