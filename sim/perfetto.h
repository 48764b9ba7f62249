// A run as Chrome trace JSON: ui.perfetto.dev and chrome://tracing open it. One track per engine
// and one for the DRAM channel; one cycle is shown as one microsecond.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "hw_models/cycle/events.h"
#include "hw_models/spec/program.h"
#include "sim/atomic_stream.h"

namespace vernier {

// Slices of one track never overlap: a LOAD or STORE is shown while it holds its engine, that is
// until its last beat has been asked for; the cycle in which its last byte arrives is an argument.
// Streamed: memory does not grow with the run.
class PerfettoWriter : public cycle::Observer {
 public:
  // As TraceWriter: `program` is first read at the first event and outlives the writer.
  PerfettoWriter(const Program& program, const std::string& path);

  void instruction(Engine engine, std::uint32_t pc, std::int64_t start, std::int64_t end) override;
  void dram(std::int64_t cycle, std::int64_t last, std::uint32_t pc, bool is_write,
            std::uint32_t addr, std::uint32_t bytes) override;

  // The run has ended: the file is completed and gets its name. Without it no file appears.
  void finish();

 private:
  void event(const std::string& json);

  const Program& program_;
  AtomicStream file_;
  std::string pending_;                            // events that are not written yet
  std::map<std::uint32_t, std::int64_t> granted_;  // of transfers under way: first cycle
  bool first_ = true;
};

}  // namespace vernier
