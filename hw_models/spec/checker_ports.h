// No two engines may use one port of the activation memory in the same cycle.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hw_models/spec/checker_listing.h"
#include "hw_models/spec/checker_order.h"
#include "hw_models/spec/ports.h"

namespace vernier {

// Fed with instructions in the order of run_in_order. Keeps each engine's last user of each port:
// an instruction is ordered behind all earlier users of a port exactly when it is behind the last.
class PortChecker {
 public:
  explicit PortChecker(const Listing& listing);
  // Throws Error(ProgramPort) naming both instructions, page and bank.
  void use(const OrderedInsn& i);
  std::size_t users() const { return users_; }
  std::size_t orders() const { return orders_; }

 private:
  struct LastUser {
    std::int64_t number = -1;  // among its engine's instructions, -1: none
    std::uint32_t pc = 0;
  };
  using Users = std::array<std::array<LastUser, PortSet::kPorts>, kEngines>;
  void use_ports(const OrderedInsn& i, const PortSet& ports, const char* kind, Users* last);

  const Listing& listing_;
  Registers registers_;
  Users readers_{}, writers_{};
  std::size_t users_ = 0, orders_ = 0;
};

}  // namespace vernier
