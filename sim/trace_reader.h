// Reads a trace record by record, in constant memory, and believes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/trace_record.h"

namespace vernier {

// Errors name the file and the record (counted from 1) or line:
//   TraceFormat      no trace, another version, a line that is no record in its canonical form
//   TraceDamaged     order or duplicate, checksum, counts, bytes behind the end
//   TraceIncomplete  the closing line is missing: "incomplete: no end record, last good cycle N"
//   FileOpen, FileNotRegular
class TraceReader {
 public:
  // Opens part 0 and reads its header.
  explicit TraceReader(const std::string& path);
  ~TraceReader();
  TraceReader(const TraceReader&) = delete;
  TraceReader& operator=(const TraceReader&) = delete;

  const TraceHeader& header() const { return header_; }
  // The next record; false behind the last one, when counts and checksums have held.
  bool next(TraceRecord* record);
  const TraceCounts& counts() const { return counts_; }
  const std::string& path() const { return path_; }

 private:
  void open_part(int part);
  void read_header();
  // The next line without its newline; false at the end of the file, also behind a line that has no
  // newline.
  bool line(std::string* text);
  bool fill();
  // Whether `text` is `want` and the checksum of the part so far; throws otherwise.
  void expect_checked(const std::string& text, const std::string& want);
  // Reads a check or a closing line. True when the trace goes on.
  bool control(const std::string& text);
  [[noreturn]] void incomplete() const;
  [[noreturn]] void damaged(const std::string& what) const;
  std::string record_place() const;

  std::string path_, part_path_;
  int fd_ = -1;
  std::string buffer_;
  std::size_t at_ = 0;
  TraceHeader header_;
  TraceCounts counts_;
  std::optional<TraceKey> before_;
  std::uint32_t crc_ = 0, crc_before_ = 0;  // behind and before the line read last
  bool done_ = false;
};

}  // namespace vernier
