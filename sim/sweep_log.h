// The memory of a sweep: an append-only file of finished points. A process killed at any moment
// leaves complete records and at most one half, which is dropped when the log is read.
//
// A record is one line: key (64 hex digits), space, first 16 hex digits of SHA-256("key text"),
// space, text. A folder holds points.log and, from `--shard i/n`, points.i-of-n.log; all of them
// are read, one is written.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace vernier {

// The hold of one run on its part of an output folder, until the end of the object or the process.
// A run without shard excludes all others; shards exclude their like.
class SweepLock {
 public:
  // `shard`: "" or "1-of-4". Throws Error(SweepBusy) naming who holds it, Error(FileWrite).
  SweepLock(const std::string& folder, const std::string& shard);
  ~SweepLock();
  SweepLock(const SweepLock&) = delete;
  SweepLock& operator=(const SweepLock&) = delete;

 private:
  void take(const std::string& path, bool shared);
  std::string folder_;
  std::vector<int> files_;
};

class SweepLog {
 public:
  // Reads every log of the folder, opens this shard's for appending. Throws Error(FileOpen,
  // FileWrite).
  SweepLog(const std::string& folder, const std::string& shard);
  ~SweepLog();
  SweepLog(const SweepLog&) = delete;
  SweepLog& operator=(const SweepLog&) = delete;

  bool has(const std::string& key) const { return records_.count(key) != 0; }
  // The text of a key that is there.
  std::string read(const std::string& key) const;
  // One line of text. It is in the kernel's hands when this returns. Throws Error(FileWrite).
  void append(const std::string& key, const std::string& text);
  // Lines that were no whole record.
  int dropped() const { return dropped_; }

 private:
  struct Place {
    std::size_t file = 0;
    std::uint64_t offset = 0;
    std::size_t bytes = 0;
  };
  void open(const std::string& path, bool own);
  void scan(std::size_t file);
  void take_line(const std::string& line, std::size_t file, std::uint64_t offset);

  struct File {
    std::string path;
    int fd = -1;
  };
  std::vector<File> files_;  // the first is this run's own
  std::uint64_t end_ = 0;    // of the own file
  std::unordered_map<std::string, Place> records_;
  int dropped_ = 0;
};

}  // namespace vernier
