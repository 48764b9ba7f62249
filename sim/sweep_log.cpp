#include "sim/sweep_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "hw_models/spec/error.h"
#include "hw_models/spec/sha256.h"

namespace vernier {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeyDigits = 64, kCheckDigits = 16;
constexpr std::size_t kTextAt = kKeyDigits + 1 + kCheckDigits + 1;

std::string file_of(const std::string& folder, const std::string& shard, const char* ending) {
  return (fs::path(folder) / ("points" + (shard.empty() ? "" : "." + shard) + ending)).string();
}

// "points.log", "points.2-of-4.log".
bool is_log(const std::string& name) {
  return name.rfind("points.", 0) == 0 && name.size() > 10 &&
         name.compare(name.size() - 4, 4, ".log") == 0;
}

std::string checksum(const std::string& key, const std::string& text) {
  const std::string all = key + " " + text;
  return sha256_hex(all.data(), all.size()).substr(0, kCheckDigits);
}

[[noreturn]] void fail(ErrorId id, const std::string& path, const char* step) {
  throw Error(id, path, fmt::format("{}: {}", step, std::strerror(errno)));
}

// First line of a small file; "" when there is none.
std::string first_line(int fd) {
  char text[200];
  const ssize_t n = ::pread(fd, text, sizeof(text), 0);
  const std::string all(text, n > 0 ? static_cast<std::size_t>(n) : 0);
  return escaped(all.substr(0, all.find('\n')));
}

// Who holds locks in a folder, as they have written it.
std::string holders(const std::string& folder) {
  std::string who;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != ".lock") continue;
    const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    if (::flock(fd, LOCK_SH | LOCK_NB) != 0) who += (who.empty() ? "" : ", ") + first_line(fd);
    ::close(fd);
  }
  return who.empty() ? "another process" : who;
}

}  // namespace

SweepLock::SweepLock(const std::string& folder, const std::string& shard) : folder_(folder) {
  take(file_of(folder, "", ".lock"), !shard.empty());
  if (!shard.empty()) take(file_of(folder, shard, ".lock"), false);
}

SweepLock::~SweepLock() {
  for (const int fd : files_) ::close(fd);
}

void SweepLock::take(const std::string& path, bool shared) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) {
    const int code = errno;
    for (const int other : files_) ::close(other);
    errno = code;
    fail(ErrorId::FileWrite, path, "opening the lock file");
  }
  files_.push_back(fd);
  if (::flock(fd, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
    const int code = errno;
    const std::string who = code == EWOULDBLOCK ? holders(folder_) : "";
    for (const int other : files_) ::close(other);
    errno = code;
    if (code != EWOULDBLOCK) fail(ErrorId::FileWrite, path, "locking");
    throw Error(ErrorId::SweepBusy, folder_, fmt::format("held by {}", who));
  }
  if (shared) return;
  char host[256] = "";
  ::gethostname(host, sizeof(host) - 1);
  const std::string text = fmt::format("process {} on {}\n", ::getpid(), host);
  if (::ftruncate(fd, 0) != 0 ||
      ::pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    const int code = errno;
    for (const int other : files_) ::close(other);
    errno = code;
    fail(ErrorId::FileWrite, path, "writing the lock file");
  }
}

SweepLog::SweepLog(const std::string& folder, const std::string& shard) {
  const std::string own = file_of(folder, shard, ".log");
  std::vector<std::string> others;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (is_log(name) && name != fs::path(own).filename()) others.push_back(entry.path().string());
  }
  std::sort(others.begin(), others.end());
  open(own, true);
  for (const std::string& path : others) open(path, false);
  for (std::size_t i = 0; i < files_.size(); ++i) scan(i);
}

SweepLog::~SweepLog() {
  for (const File& file : files_) ::close(file.fd);
}

void SweepLog::open(const std::string& path, bool own) {
  const int flags = own ? O_RDWR | O_CREAT | O_APPEND : O_RDONLY;
  File file;
  file.path = path;
  file.fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0666);
  if (file.fd < 0) fail(own ? ErrorId::FileWrite : ErrorId::FileOpen, path, "opening the log");
  files_.push_back(file);
}

void SweepLog::scan(std::size_t index) {
  const File& file = files_[index];
  std::string pending;
  std::uint64_t begin = 0, offset = 0;  // of the pending line; of the bytes behind it
  std::vector<char> chunk(std::size_t{1} << 20);
  while (true) {
    const ssize_t n = ::pread(file.fd, chunk.data(), chunk.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(ErrorId::FileOpen, file.path, "reading the log");
    if (n == 0) break;
    offset += static_cast<std::uint64_t>(n);
    const char* at = chunk.data();
    const char* const end = at + n;
    while (const auto* newline = static_cast<const char*>(
               std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) {
      pending.append(at, newline);
      take_line(pending, index, begin);
      begin += pending.size() + 1;
      pending.clear();
      at = newline + 1;
    }
    pending.append(at, end);
  }
  if (!pending.empty()) ++dropped_;
  if (index != 0) return;
  end_ = offset;
  // What is appended must not become the end of a half record.
  if (!pending.empty()) {
    if (::write(file.fd, "\n", 1) != 1) fail(ErrorId::FileWrite, file.path, "writing the log");
    ++end_;
  }
}

void SweepLog::take_line(const std::string& line, std::size_t file, std::uint64_t offset) {
  const bool whole = line.size() > kTextAt && line[kKeyDigits] == ' ' && line[kTextAt - 1] == ' ';
  const std::string key = line.substr(0, kKeyDigits);
  if (!whole ||
      line.compare(kKeyDigits + 1, kCheckDigits, checksum(key, line.substr(kTextAt))) != 0) {
    ++dropped_;
    return;
  }
  records_.emplace(key, Place{file, offset + kTextAt, line.size() - kTextAt});
}

std::string SweepLog::read(const std::string& key) const {
  const Place& place = records_.at(key);
  std::string text(place.bytes, '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::pread(files_[place.file].fd, text.data() + done, text.size() - done,
                              static_cast<off_t>(place.offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail(ErrorId::FileOpen, files_[place.file].path, "reading the log");
    done += static_cast<std::size_t>(n);
  }
  return text;
}

void SweepLog::append(const std::string& key, const std::string& text) {
  check(key.size() == kKeyDigits && text.find('\n') == std::string::npos,
        "a record of a sweep log is a key and one line");
  const std::string line = key + " " + checksum(key, text) + " " + text + "\n";
  std::size_t done = 0;
  while (done < line.size()) {
    const ssize_t n = ::write(files_[0].fd, line.data() + done, line.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail(ErrorId::FileWrite, files_[0].path, "writing the log");
    done += static_cast<std::size_t>(n);
  }
  records_.emplace(key, Place{0, end_ + kTextAt, text.size()});
  end_ += line.size();
}

}  // namespace vernier
