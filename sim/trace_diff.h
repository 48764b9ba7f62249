// Two traces of the same run, record by record.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

namespace vernier {

struct TraceDiff {
  std::int64_t agreed = 0;   // records that are the same in both
  std::int64_t changed = 0;  // same cycle, kind and place, another content
  std::int64_t only_a = 0, only_b = 0;
  std::int64_t last_cycle = -1;  // of the traces' last record
  // The first difference.
  std::int64_t record_a = 0, record_b = 0;  // counted from 1; 0 where the trace has ended
  std::string line_a, line_b;               // empty where the record is missing
  std::string last_agreed;  // the agreeing record before it; empty when there is none

  bool differ() const { return changed + only_a + only_b > 0; }
};

// Reads both to their ends, so a damaged trace is told before a difference is believed. Constant
// memory. Throws Error: TraceMismatch for another model, configuration, tool, profile, inputs or
// content, and what TraceReader throws.
TraceDiff diff_traces(const std::string& a, const std::string& b);

// Prints one line when the traces agree, else the first difference as a block. Returns kExitOk, or
// kExitDivergence for a difference and for traces without any record: nothing compared is no pass.
int run_trace_diff(const std::string& a, const std::string& b, std::ostream& out);

}  // namespace vernier
