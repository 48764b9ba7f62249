// Writes the canonical event stream of a run to a file (traces/README.md), in order of cycles.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "hw_models/cycle/events.h"
#include "hw_models/spec/program.h"
#include "sim/inputs.h"
#include "sim/trace_file.h"

namespace vernier {

struct TraceInfo {
  std::string inputs_sha256 = "none";  // inputs_sha256() of the run's inputs
  std::optional<std::uint64_t> seed;   // when they were drawn
  bool values = true;                  // the run computes data
  bool accumulators = false;           // record every accumulator write
  std::uint64_t part_bytes = kTracePartBytes;
};

// SHA-256 of the inputs' bytes, one tensor after the other.
std::string inputs_sha256(const InputSet& inputs);

// Events come up to an instruction's length late (report_lag_cycles), so they wait that long in a
// buffer that is ordered by trace_key: memory is bounded by the longest instruction of the program,
// not by the run.
class TraceWriter : public cycle::Observer {
 public:
  // Creates the temporary file at once. `program` is first read at the first event: it may be
  // compiled in between. It outlives the writer. Throws Error(FileWrite).
  TraceWriter(const Program& program, const TraceInfo& info, const std::string& path);

  void instruction(Engine engine, std::uint32_t pc, std::int64_t start, std::int64_t end) override;
  void write(std::int64_t cycle, std::uint32_t pc, int bank, int offset, const std::uint8_t* bytes,
             int n) override;
  void accumulate(std::int64_t cycle, std::uint32_t pc, int buffer, int entry,
                  const std::int32_t* values, int cols) override;
  void dram(std::int64_t cycle, std::int64_t last, std::uint32_t pc, bool is_write,
            std::uint32_t addr, std::uint32_t bytes) override;
  bool wants_accumulators() const override { return info_.accumulators; }

  // The run has ended: the rest is written and the file gets its name. Without it no file appears.
  void finish();

  const TraceCounts& counts() const { return file_.counts(); }
  // The most records that ever waited.
  std::size_t most_waiting() const { return most_waiting_; }

 private:
  void prepare();
  void add(TraceRecord record);
  void flush_before(std::int64_t cycle);

  const Program& program_;
  TraceInfo info_;
  TraceFile file_;
  bool prepared_ = false;
  std::int64_t lag_ = 0;
  std::map<TraceKey, TraceRecord> waiting_;
  std::size_t most_waiting_ = 0;
};

}  // namespace vernier
