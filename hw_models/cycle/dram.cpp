#include "hw_models/cycle/dram.h"

#include <algorithm>
#include <tuple>

namespace vernier::cycle {

Dram::Dram(sc_core::sc_module_name name, Clock& clock) : sc_module(name), clock_(clock) {
  SC_METHOD(arbitrate);
  sensitive << decide_;
  dont_initialize();
}

void Dram::reset() {
  decide_.cancel();
  requests_.clear();
  free_at_ = 0;
}

void Dram::request(DramClient* client, std::uint32_t pc, std::int64_t beats, std::int64_t now,
                   int rank) {
  requests_.push_back({client, pc, beats, now, rank});
  clock_.at(decide_, std::max(now, free_at_), true);
}

void Dram::arbitrate() {
  const std::int64_t now = clock_.now();
  if (requests_.empty()) return;
  if (now < free_at_) return clock_.at(decide_, free_at_, true);
  const auto first =
      std::min_element(requests_.begin(), requests_.end(), [](const Request& a, const Request& b) {
        return std::tie(a.since, a.rank) < std::tie(b.since, b.rank);
      });
  const Request r = *first;
  requests_.erase(first);
  free_at_ = now + r.beats;
  if (!requests_.empty()) clock_.at(decide_, free_at_, true);
  r.client->granted(r.pc, now, r.beats);
}

}  // namespace vernier::cycle
