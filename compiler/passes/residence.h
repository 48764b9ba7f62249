// A tensor's stay in the activation memory during one group: who has written and read which of its
// rows, and what must therefore have ended before the next one does.
#pragma once

#include <vector>

#include "compiler/passes/worklist.h"
#include "compiler/plan.h"

namespace vernier::compiler {

// Bytes [begin, end) of every bank's space that a placement takes.
struct Span {
  std::int64_t begin, end;
};
Span span_of(const HwConfig& config, const Placement& place);
inline bool overlap(const Span& a, const Span& b) { return a.begin < b.end && b.begin < a.end; }
// Whether two placements have a byte in common: rows of spans that overlap may lie in other banks.
bool share_bytes(const HwConfig& config, const Placement& a, const Placement& b);

// Work and load numbers are indices in WorkList; -1: none. What POST writes needs no care for MAC's
// reads in front of it: a drain follows its own tile, and that one follows those reads.
class Residence {
 public:
  Residence(const HwConfig& config, int storage, const Placement& place);

  int storage() const { return storage_; }
  const Placement& place() const { return place_; }
  // The one that held (part of) these bytes: its users end before the first write here.
  void replaces(const Residence& older);
  bool shares_bytes(const Residence& other) const {
    return share_bytes(config_, place_, other.place_);
  }

  // Rows [first, end). Each adds to `w` what it must wait for, and notes work number `n`.
  void mac_reads(int first, int end, int n, Work* w);
  void post_reads(int first, int end, int n, Work* w);
  void store_reads(int first, int end, int n, Work* w);
  void post_writes(int first, int end, int n, Work* w);
  // Load number `l` writes the rows.
  void load_writes(int first, int end, int l, LoadWork* load);

  // The last POST work that wrote one of the rows, -1: none.
  int writer(int first, int end) const;
  // Loads that brought them; ascending.
  void add_loads(int first, int end, Work* w) const;
  // The last reader of the row whose slot `row` takes over; -1: none.
  int evicted_reader(int row) const;

 private:
  struct Row {
    int writer = -1, load = -1;           // who wrote it
    int mac = -1, post = -1, store = -1;  // who read it last
  };
  Row& at(int row) { return rows_[static_cast<std::size_t>(row)]; }
  const Row& at(int row) const { return rows_[static_cast<std::size_t>(row)]; }
  // The row whose slot `row` takes over, or nullptr.
  const Row* evicted(int row) const {
    return place_.ring > 0 && row >= place_.ring ? &at(row - place_.ring) : nullptr;
  }

  const HwConfig& config_;
  int storage_;
  Placement place_;
  std::vector<Row> rows_;
  int last_mac_ = -1, last_post_ = -1, last_store_ = -1;        // of any row
  int before_mac_ = -1, before_post_ = -1, before_store_ = -1;  // of what it replaces
};

}  // namespace vernier::compiler
