// First fit of tensors' row slots in the activation memory.
#pragma once

#include <vector>

#include "compiler/passes/residence.h"
#include "compiler/plan.h"

namespace vernier::compiler {

// One tensor that wants room.
struct PlaceItem {
  // Who uses its ports besides MAC's and POST's own traffic: tensors of different traffic want
  // different pages, so that a transfer keeps nobody waiting.
  enum class Traffic { kLoaded, kInner, kStored };
  int tensor = -1;  // the storage
  int slots = 0;
  int row_bytes = 0;        // 0: the tensor's own
  int first = 0, last = 0;  // layers between which it holds values, both included
  Traffic traffic = Traffic::kInner;
  std::vector<int> partners;  // tensors that one ADD or MUL reads in the same cycle
  Placement place;            // the result
};

class Placer {
 public:
  Placer(const Plan& plan, std::vector<PlaceItem> items)
      : plan_(plan), config_(plan.config), items_(std::move(items)) {}

  // Places all items in order; with `apart` each kind of traffic in pages of its own. False when
  // one has no room; failed() tells which.
  bool run(bool apart);
  const std::vector<PlaceItem>& items() const { return items_; }
  std::size_t failed() const { return failed_; }
  // Whether the failed item would have room if none of its partners had to be read beside it.
  bool fits_without_partners();
  // Bytes that hold values together with the failed item, its own included.
  std::int64_t live_bytes() const;

 private:
  bool place(std::size_t i, bool apart, bool with_partners);
  std::vector<std::int64_t> candidates(std::size_t i) const;
  bool fits(std::size_t i, bool apart, bool with_partners, bool by_bank) const;
  bool ports_apart(const Placement& a, const Placement& b) const;

  const Plan& plan_;
  const HwConfig& config_;
  std::vector<PlaceItem> items_;
  std::size_t failed_ = 0;
};

}  // namespace vernier::compiler
