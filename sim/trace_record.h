// The records of a trace and their text (traces/README.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "hw_models/spec/isa.h"

namespace vernier {

inline constexpr int kTraceVersion = 1;
// A check line stands behind every so many records.
inline constexpr std::int64_t kTraceBlockRecords = 1024;

// What a trace is of. Hashes are 64 hex digits or "none".
struct TraceHeader {
  int part = 0;  // of a trace that is spread over several files
  std::string tool, model_sha256, config_hash, profile;
  std::string inputs_sha256 = "none";  // of the bytes of the run's inputs, one after the other
  std::optional<std::uint64_t> seed;   // of drawn inputs
  bool values = false;                 // write records are there: the run computed data
  bool accumulators = false;           // acc records are there
};

// In the order in which records of one cycle stand.
enum class TraceKind { kDram, kStart, kAccumulate, kWrite, kEnd };
inline constexpr int kTraceKinds = 5;
// "dram", "start", "acc", "write", "end"
const char* trace_kind_name(TraceKind kind);

struct TraceRecord {
  TraceKind kind = TraceKind::kDram;
  std::int64_t cycle = 0;
  std::uint32_t pc = 0;              // kBootPc: boot's transfer
  Engine engine = Engine::Load;      // start, end
  int layer = 0;                     // start, end
  std::string text;                  // start: disassembly
  int place = 0;                     // write: bank; acc: buffer
  int offset = 0;                    // write: byte of the bank; acc: entry
  std::vector<std::uint8_t> bytes;   // write
  std::vector<std::int32_t> values;  // acc
  std::int64_t last = 0;             // dram: cycle of the last byte
  bool is_write = false;             // dram
  std::uint32_t addr = 0, size = 0;  // dram
};

// Orders the records of a trace; no two records of one trace have the same key.
using TraceKey = std::tuple<std::int64_t, int, std::uint32_t, int, int>;
TraceKey trace_key(const TraceRecord& record);

// How many records of each kind, and the cycle of the last one.
struct TraceCounts {
  std::int64_t kinds[kTraceKinds] = {};
  std::int64_t last_cycle = -1;
  std::int64_t total() const;
  void add(const TraceRecord& record);
};

// The lines of a header, each with its newline.
std::string trace_header_text(const TraceHeader& header);
// A record's line, without newline.
std::string trace_line(const TraceRecord& record);
// The line behind a block, before its checksum is appended: "check 1024 ".
std::string trace_check_text(std::int64_t records);
// The last line of a part, likewise. `more`: another part follows.
std::string trace_close_text(const TraceCounts& counts, bool more);

// The record of a line; nothing when the line is not exactly what trace_line writes.
std::optional<TraceRecord> parse_trace_line(std::string_view line);
// The header of its lines (kTraceHeaderLines of them, without newlines), likewise.
inline constexpr std::size_t kTraceHeaderLines = 9;
std::optional<TraceHeader> parse_trace_header(const std::vector<std::string>& lines);

}  // namespace vernier
