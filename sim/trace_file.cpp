#include "sim/trace_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include "hw_models/spec/error.h"

namespace vernier {

std::string trace_part_path(const std::string& path, int part) {
  return part == 0 ? path : fmt::format("{}.{}", path, part);
}

TraceFile::TraceFile(const std::string& path, std::uint64_t part_bytes)
    : path_(path), part_bytes_(part_bytes) {
  parts_.push_back(std::make_unique<AtomicStream>(path_));
}

void TraceFile::put(const std::string& text) {
  crc_ = static_cast<std::uint32_t>(
      ::crc32(crc_, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
  bytes_ += text.size();
  parts_.back()->write(text);
}

void TraceFile::put_checked(const std::string& text) {
  put(text);
  put(fmt::format("{:08x}\n", crc_));
}

void TraceFile::begin(const TraceHeader& header) {
  header_ = header;
  crc_ = 0;
  bytes_ = 0;
  put(trace_header_text(header_));
}

void TraceFile::record(const TraceRecord& record) {
  const TraceKey key = trace_key(record);
  check(!before_ || *before_ < key, "a trace record out of order");
  before_ = key;
  put(trace_line(record) + "\n");
  counts_.add(record);
  const std::int64_t n = counts_.total();
  if (n % kTraceBlockRecords != 0) return;
  put_checked(trace_check_text(n));
  if (bytes_ < part_bytes_) return;
  close_part(true);
  parts_.push_back(
      std::make_unique<AtomicStream>(trace_part_path(path_, static_cast<int>(parts_.size()))));
  ++header_.part;
  begin(header_);
}

void TraceFile::close_part(bool more) {
  put_checked(trace_close_text(counts_, more));
  parts_.back()->stage();
}

void TraceFile::finish() {
  close_part(false);
  for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) (*part)->commit();
}

}  // namespace vernier
