#include "hw_models/spec/checker_ports.h"

#include <fmt/format.h>

namespace vernier {

PortChecker::PortChecker(const Listing& listing) : listing_(listing) {}

void PortChecker::use(const OrderedInsn& i) {
  const Instruction& insn = listing_.insns[i.pc];
  if (registers_.load(insn)) return;
  const auto row = colliding_row(listing_.config(), registers_.post, insn);
  if (row >= 0) {
    listing_.fail(ErrorId::ProgramPort, i.pc,
                  fmt::format("row {} of both operands needs the same read port in one cycle, "
                              "must lie in other banks or pages",
                              row));
  }
  const PortUse ports = port_use(listing_.config(), registers_, insn);
  if (ports.empty()) return;
  ++users_;
  use_ports(i, ports.read, "read", &readers_);
  use_ports(i, ports.write, "write", &writers_);
}

void PortChecker::use_ports(const OrderedInsn& i, const PortSet& ports, const char* kind,
                            Users* last) {
  const auto self = static_cast<std::size_t>(i.engine);
  ports.each([&](int port) {
    const auto p = static_cast<std::size_t>(port);
    for (std::size_t e = 0; e < kEngines; ++e) {
      const LastUser& other = (*last)[e][p];
      if (e == self || other.number < 0) continue;
      if (other.number >= i.behind[e]) {
        throw Error(ErrorId::ProgramPort, listing_.where,
                    fmt::format("{} {} and {} {} both use the {} port of page {} bank {}, and "
                                "nothing orders them",
                                engine_name(static_cast<Engine>(e)), listing_.at(other.pc),
                                engine_name(i.engine), listing_.at(i.pc), kind,
                                PortSet::page_of(port), PortSet::bank_of(port)));
      }
      ++orders_;
    }
    (*last)[self][p] = {i.number, i.pc};
  });
}

}  // namespace vernier
