#include "sim/trace_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "hw_models/spec/error.h"
#include "sim/trace_file.h"

namespace vernier {
namespace {

constexpr std::size_t kReadBytes = 1 << 16;
constexpr std::size_t kMostLine = 1 << 14;  // 64 accumulators take under 1 KiB

std::uint32_t crc_of(std::uint32_t crc, const char* data, std::size_t size) {
  return static_cast<std::uint32_t>(
      ::crc32(crc, reinterpret_cast<const Bytef*>(data), static_cast<uInt>(size)));
}

bool starts_with(const std::string& text, const char* with) { return text.rfind(with, 0) == 0; }

}  // namespace

TraceReader::TraceReader(const std::string& path) : path_(path) {
  open_part(0);
  read_header();
}

TraceReader::~TraceReader() {
  if (fd_ >= 0) ::close(fd_);
}

void TraceReader::open_part(int part) {
  part_path_ = trace_part_path(path_, part);
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  // O_NONBLOCK: opening a FIFO must not hang.
  fd_ = ::open(part_path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd_ < 0) {
    if (part > 0 && errno == ENOENT) {
      throw Error(ErrorId::TraceIncomplete, path_,
                  fmt::format("incomplete: part {} is not there, last good cycle {}", part,
                              counts_.last_cycle));
    }
    throw Error(ErrorId::FileOpen, part_path_,
                fmt::format("cannot be opened: {}", std::strerror(errno)));
  }
  struct stat status = {};
  if (::fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode)) {
    throw Error(ErrorId::FileNotRegular, part_path_, "wanted a regular file");
  }
  buffer_.clear();
  at_ = 0;
  crc_ = 0;
}

bool TraceReader::fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t used = buffer_.size();
  buffer_.resize(used + kReadBytes);
  ssize_t got = -1;
  do {
    got = ::read(fd_, buffer_.data() + used, kReadBytes);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    throw Error(ErrorId::FileOpen, part_path_,
                fmt::format("cannot be read: {}", std::strerror(errno)));
  }
  buffer_.resize(used + static_cast<std::size_t>(got));
  return got > 0;
}

bool TraceReader::line(std::string* text) {
  std::size_t end = buffer_.find('\n', at_);
  while (end == std::string::npos) {
    if (buffer_.size() - at_ > kMostLine) {
      throw Error(ErrorId::TraceFormat, part_path_,
                  fmt::format("{}: a line of more than {} bytes", record_place(), kMostLine));
    }
    if (!fill()) return false;
    end = buffer_.find('\n', at_);
  }
  text->assign(buffer_, at_, end - at_);
  crc_before_ = crc_;
  crc_ = crc_of(crc_, buffer_.data() + at_, end + 1 - at_);
  at_ = end + 1;
  return true;
}

std::string TraceReader::record_place() const {
  return fmt::format("record {}", counts_.total() + 1);
}

void TraceReader::incomplete() const {
  const std::string cycle = counts_.total() == 0 ? "none" : fmt::format("{}", counts_.last_cycle);
  throw Error(ErrorId::TraceIncomplete, part_path_,
              fmt::format("incomplete: no end record, last good cycle {} (record {})", cycle,
                          counts_.total()));
}

void TraceReader::damaged(const std::string& what) const {
  throw Error(ErrorId::TraceDamaged, part_path_, what);
}

void TraceReader::read_header() {
  std::vector<std::string> lines;
  for (std::string text; lines.size() < kTraceHeaderLines && line(&text);) {
    lines.push_back(text);
    const std::string version = fmt::format("vernier-trace {}", kTraceVersion);
    if (lines.size() == 1 && text != version) {
      throw Error(ErrorId::TraceFormat, part_path_,
                  fmt::format("begins with '{}', wanted '{}'", escaped(text), version));
    }
  }
  if (lines.empty()) {
    throw Error(ErrorId::TraceFormat, part_path_,
                fmt::format("begins with no line, wanted 'vernier-trace {}'", kTraceVersion));
  }
  if (lines.size() < kTraceHeaderLines) incomplete();
  const auto header = parse_trace_header(lines);
  if (!header) {
    throw Error(
        ErrorId::TraceFormat, part_path_,
        fmt::format("the {} header lines are not in their canonical form", kTraceHeaderLines));
  }
  TraceHeader wanted = *header;
  if (part_path_ != path_) {
    wanted = header_;
    ++wanted.part;
  } else {
    wanted.part = 0;
  }
  if (trace_header_text(*header) != trace_header_text(wanted)) {
    damaged(fmt::format("the header is not that of part {} of this trace", wanted.part));
  }
  header_ = *header;
}

void TraceReader::expect_checked(const std::string& text, const std::string& want) {
  const std::int64_t n = counts_.total();
  const std::int64_t first = n == 0 ? 0 : (n - 1) / kTraceBlockRecords * kTraceBlockRecords + 1;
  if (!starts_with(text, want.c_str())) {
    damaged(fmt::format("behind record {}: '{}', the records before it give '{}'", n, escaped(text),
                        want));
  }
  const std::string crc = fmt::format("{:08x}", crc_of(crc_before_, want.data(), want.size()));
  if (text.substr(want.size()) != crc) {
    damaged(fmt::format("records {}..{}: checksum {}, the bytes give {}", first, n,
                        escaped(text.substr(want.size())), crc));
  }
}

bool TraceReader::control(const std::string& text) {
  if (starts_with(text, "check ")) {
    expect_checked(text, trace_check_text(counts_.total()));
    return true;
  }
  const bool more = starts_with(text, "close more ");
  expect_checked(text, trace_close_text(counts_, more));
  std::string behind;
  if (line(&behind) || at_ < buffer_.size()) {
    damaged(fmt::format("bytes behind the end record, record {}", counts_.total()));
  }
  if (more) {
    open_part(header_.part + 1);
    read_header();
  }
  return more;
}

bool TraceReader::next(TraceRecord* record) {
  if (done_) return false;
  std::string text;
  bool block_closed = counts_.total() == 0;
  while (true) {
    if (!line(&text)) incomplete();
    const bool is_check = starts_with(text, "check ");
    if (!is_check && !starts_with(text, "close ")) break;
    if (is_check && (block_closed || counts_.total() % kTraceBlockRecords != 0)) {
      damaged(fmt::format("a check line behind record {}", counts_.total()));
    }
    block_closed = true;
    if (!control(text)) {
      done_ = true;
      return false;
    }
  }
  if (!block_closed && counts_.total() % kTraceBlockRecords == 0) {
    damaged(fmt::format("no check line behind record {}", counts_.total()));
  }
  auto parsed = parse_trace_line(text);
  if (!parsed) {
    throw Error(
        ErrorId::TraceFormat, part_path_,
        fmt::format("{}: '{}' is no record in its canonical form", record_place(), escaped(text)));
  }
  const TraceKey key = trace_key(*parsed);
  if (before_ && !(*before_ < key)) {
    const char* why = key == *before_                      ? "the same as the record before"
                      : parsed->cycle < counts_.last_cycle ? "its cycle goes back"
                                                           : "out of the order within its cycle";
    damaged(fmt::format("{}: {}: '{}' behind cycle {}", record_place(), why, escaped(text),
                        counts_.last_cycle));
  }
  before_ = key;
  counts_.add(*parsed);
  *record = std::move(*parsed);
  return true;
}

}  // namespace vernier
