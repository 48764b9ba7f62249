// Passes every event on to several observers.
#pragma once

#include <algorithm>
#include <vector>

#include "hw_models/cycle/events.h"

namespace vernier {

class Fanout : public cycle::Observer {
 public:
  // Not owned; nullptr is skipped.
  void add(cycle::Observer* observer) {
    if (observer != nullptr) list_.push_back(observer);
  }
  bool empty() const { return list_.empty(); }

  void instruction(Engine e, std::uint32_t pc, std::int64_t start, std::int64_t end) override {
    for (auto* o : list_) o->instruction(e, pc, start, end);
  }
  void write(std::int64_t cycle, std::uint32_t pc, int bank, int offset, const std::uint8_t* bytes,
             int n) override {
    for (auto* o : list_) o->write(cycle, pc, bank, offset, bytes, n);
  }
  void accumulate(std::int64_t cycle, std::uint32_t pc, int buffer, int entry,
                  const std::int32_t* values, int cols) override {
    for (auto* o : list_) {
      if (o->wants_accumulators()) o->accumulate(cycle, pc, buffer, entry, values, cols);
    }
  }
  void dram(std::int64_t cycle, std::int64_t last, std::uint32_t pc, bool is_write,
            std::uint32_t addr, std::uint32_t bytes) override {
    for (auto* o : list_) o->dram(cycle, last, pc, is_write, addr, bytes);
  }
  bool wants_accumulators() const override {
    return std::any_of(list_.begin(), list_.end(), [](auto* o) { return o->wants_accumulators(); });
  }

 private:
  std::vector<cycle::Observer*> list_;
};

}  // namespace vernier
