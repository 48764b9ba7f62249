// The DRAM channel: one transfer at a time, first come first served, ties to LOAD. A transfer of b
// beats that starts at cycle t delivers its last byte at t + latency + b - 1; the next one may
// start at t + b, because latency is pipelined.
#pragma once

#include <deque>
#include <systemc>

#include "hw_models/cycle/engine.h"

namespace vernier::cycle {

// Who asks for transfers.
class DramClient {
 public:
  virtual ~DramClient() = default;
  // The transfer of `pc` has the channel in cycles start .. start + beats - 1.
  virtual void granted(std::uint32_t pc, std::int64_t start, std::int64_t beats) = 0;
};

class Dram : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Dram);
  Dram(sc_core::sc_module_name name, Clock& clock);

  void reset();
  // Asks in cycle `now`; granted() follows. rank 0 wins ties against rank 1.
  void request(DramClient* client, std::uint32_t pc, std::int64_t beats, std::int64_t now,
               int rank);

 private:
  struct Request {
    DramClient* client;
    std::uint32_t pc;
    std::int64_t beats, since;
    int rank;
  };
  void arbitrate();

  Clock& clock_;
  sc_core::sc_event decide_;
  std::deque<Request> requests_;
  std::int64_t free_at_ = 0;
};

}  // namespace vernier::cycle
