// Writes records that are in order as a trace: checksums, counts, the closing line, rotation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/atomic_stream.h"
#include "sim/trace_record.h"

namespace vernier {

// Bytes behind which a trace goes on in its next part.
inline constexpr std::uint64_t kTracePartBytes = std::uint64_t{4} << 30;

// Part 0 of a trace at `path`; part n at `path`.n.
std::string trace_part_path(const std::string& path, int part);

// Parts appear together when finish() returns, part 0 last; without it none does.
class TraceFile {
 public:
  // Throws Error(FileWrite) when the folder cannot be written.
  TraceFile(const std::string& path, std::uint64_t part_bytes = kTracePartBytes);
  // Once, before the first record.
  void begin(const TraceHeader& header);
  // check()s that it comes behind the one before (trace_key).
  void record(const TraceRecord& record);
  void finish();
  const TraceCounts& counts() const { return counts_; }

 private:
  void put(const std::string& text);
  // Appends the checksum of the part so far to `text` and writes the line.
  void put_checked(const std::string& text);
  void close_part(bool more);

  std::string path_;
  std::uint64_t part_bytes_;
  TraceHeader header_;
  std::vector<std::unique_ptr<AtomicStream>> parts_;
  TraceCounts counts_;
  std::optional<TraceKey> before_;
  std::uint32_t crc_ = 0;
  std::uint64_t bytes_ = 0;  // of this part
};

}  // namespace vernier
