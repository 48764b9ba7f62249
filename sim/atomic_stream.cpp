#include "sim/atomic_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "hw_models/spec/error.h"
#include "hw_models/spec/temporary.h"

namespace vernier {
namespace {

constexpr std::size_t kBufferBytes = 1 << 16;

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

AtomicStream::AtomicStream(std::string path) : path_(std::move(path)) {
  if (path_.empty() || path_.find('\0') != std::string::npos) {
    throw Error(ErrorId::FileWrite, path_, "the path is empty or holds a NUL byte");
  }
  struct stat status = {};
  if (::lstat(path_.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) {
      throw Error(ErrorId::FileWrite, path_,
                  "is no regular file, and only a regular file is replaced");
    }
  } else if (errno != ENOENT) {
    fail("looking at the path", errno);
  }
  static std::atomic<unsigned> counter{0};
  for (int attempt = 0; attempt < 100 && fd_ < 0; ++attempt) {
    temporary_ =
        fmt::format("{}/.vernier-{}-s{}.tmp", folder_of(path_), ::getpid(), counter.fetch_add(1));
    note_temporary(temporary_);  // first: a signal may come between the two
    fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd_ >= 0) break;
    const int code = errno;
    forget_temporary(temporary_);
    if (code != EEXIST) {
      temporary_.clear();
      fail("creating a temporary file beside it", code);
    }
  }
  if (fd_ < 0) {
    temporary_.clear();
    fail("creating a temporary file beside it", EEXIST);
  }
  buffer_.reserve(kBufferBytes);
}

AtomicStream::~AtomicStream() {
  if (fd_ >= 0) ::close(fd_);
  if (temporary_.empty()) return;
  ::unlink(temporary_.c_str());
  forget_temporary(temporary_);
}

void AtomicStream::fail(const char* step, int code) const {
  const char* name = strerrorname_np(code);
  const char* text = strerrordesc_np(code);
  throw Error(ErrorId::FileWrite, path_,
              fmt::format("{}: {} ({})", step, name != nullptr ? name : std::to_string(code),
                          text != nullptr ? text : "unknown"));
}

void AtomicStream::write(std::string_view text) {
  check(fd_ >= 0, "AtomicStream::write behind stage()");
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) flush();
}

void AtomicStream::flush() {
  for (std::size_t done = 0; done < buffer_.size();) {
    const ssize_t put = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) fail("writing", put < 0 ? errno : EIO);
    done += static_cast<std::size_t>(put);
  }
  buffer_.clear();
}

void AtomicStream::stage() {
  if (fd_ < 0) return;
  flush();
  if (::fsync(fd_) != 0) fail("flushing to the disk", errno);
  const int fd = std::exchange(fd_, -1);
  if (::close(fd) != 0) fail("closing", errno);
}

void AtomicStream::commit() {
  stage();
  check(!temporary_.empty(), "AtomicStream::commit twice");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("renaming", errno);
  forget_temporary(temporary_);
  temporary_.clear();
  // The new name survives a power cut only once the folder is on the disk. Some file systems cannot
  // flush a folder (EINVAL); the file itself is complete either way.
  const int folder = ::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  const int code = ::fsync(folder) == 0 ? 0 : errno;
  ::close(folder);
  if (code != 0 && code != EINVAL) fail("flushing its folder", code);
}

}  // namespace vernier
