#include "hw_models/spec/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "hw_models/spec/error.h"
#include "hw_models/spec/temporary.h"

namespace vernier {
namespace {

// "ENOENT (No such file or directory)"
std::string errno_text(int code) {
  const char* name = strerrorname_np(code);
  const char* text = strerrordesc_np(code);
  return fmt::format("{} ({})", name != nullptr ? name : std::to_string(code),
                     text != nullptr ? text : "unknown");
}

const char* kind_name(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISLNK(mode)) return "a symbolic link";
  return "of unknown kind";
}

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  // Closes now; the result of close(2).
  int close() {
    const int fd = fd_;
    fd_ = -1;
    return ::close(fd);
  }

 private:
  int fd_;
};

void require_readable_kind(const std::string& path, const struct stat& status,
                           std::uint64_t limit) {
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorId::FileNotRegular, path,
                fmt::format("is {}, wanted a regular file", kind_name(status.st_mode)));
  }
  if (static_cast<std::uint64_t>(status.st_size) > limit) {
    throw Error(ErrorId::FileTooLarge, path,
                fmt::format("{} bytes, at most {} are read", status.st_size, limit));
  }
}

// A temporary file that is removed unless it was renamed.
struct Temporary {
  std::string path;
  bool keep = false;
  ~Temporary() {
    if (!keep && !path.empty()) ::unlink(path.c_str());
    forget_temporary(path);
  }
};

[[noreturn]] void fail_write(const std::string& path, const char* step, int code) {
  throw Error(ErrorId::FileWrite, path, fmt::format("{}: {}", step, errno_text(code)));
}

// Directory part of a path, for flushing the rename.
std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

int create_temporary(const std::string& path, Temporary& temporary) {
  static std::atomic<unsigned> counter{0};
  for (int attempt = 0; attempt < 100; ++attempt) {
    const std::string name =
        fmt::format("{}/.vernier-{}-{}.tmp", directory_of(path), ::getpid(), counter.fetch_add(1));
    note_temporary(name);  // first: a signal may come between the two
    const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0) {
      temporary.path = name;
      return fd;
    }
    const int code = errno;
    forget_temporary(name);
    if (code != EEXIST) fail_write(path, "creating a temporary file beside it", code);
  }
  fail_write(path, "creating a temporary file beside it", EEXIST);
}

}  // namespace

std::vector<std::uint8_t> read_file(const std::string& path, std::uint64_t limit) {
  struct stat status = {};
  if (path.find('\0') != std::string::npos) {
    throw Error(ErrorId::FileOpen, path, "the path holds a NUL byte");
  }
  if (::stat(path.c_str(), &status) != 0) {
    throw Error(ErrorId::FileOpen, path, fmt::format("cannot be found: {}", errno_text(errno)));
  }
  require_readable_kind(path, status, limit);
  // O_NONBLOCK: what was a regular file a moment ago may be a FIFO now, and must not hang us.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    throw Error(ErrorId::FileOpen, path, fmt::format("cannot be opened: {}", errno_text(errno)));
  }
  if (::fstat(file.get(), &status) != 0) {
    throw Error(ErrorId::FileOpen, path, fmt::format("cannot be examined: {}", errno_text(errno)));
  }
  require_readable_kind(path, status, limit);

  // One byte more than announced, so that a file that grows is noticed.
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(status.st_size) + 1);
  std::size_t used = 0;
  while (true) {
    const ssize_t got = ::read(file.get(), bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(ErrorId::FileOpen, path, fmt::format("cannot be read: {}", errno_text(errno)));
    }
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > limit) {
      throw Error(ErrorId::FileTooLarge, path,
                  fmt::format("more than the {} bytes that are read", limit));
    }
    if (used == bytes.size()) bytes.resize(2 * bytes.size());
  }
  bytes.resize(used);
  return bytes;
}

void write_file_atomically(const std::string& path, const void* bytes, std::size_t size) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    throw Error(ErrorId::FileWrite, path, "the path is empty or holds a NUL byte");
  }
  struct stat status = {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) {
      throw Error(ErrorId::FileWrite, path,
                  fmt::format("is {}, only a regular file is replaced", kind_name(status.st_mode)));
    }
  } else if (errno != ENOENT) {
    fail_write(path, "looking at the path", errno);
  }

  Temporary temporary;
  Descriptor file(create_temporary(path, temporary));
  const auto* from = static_cast<const char*>(bytes);
  for (std::size_t done = 0; done < size;) {
    const ssize_t put = ::write(file.get(), from + done, size - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail_write(path, "writing", errno);
    if (put == 0) fail_write(path, "writing", EIO);
    done += static_cast<std::size_t>(put);
  }
  if (::fsync(file.get()) != 0) fail_write(path, "flushing to the disk", errno);
  if (file.close() != 0) fail_write(path, "closing", errno);
  if (::rename(temporary.path.c_str(), path.c_str()) != 0) fail_write(path, "renaming", errno);
  temporary.keep = true;

  // The new name survives a power cut only once the directory is on the disk. Some file systems
  // cannot flush a directory (EINVAL); the file itself is complete either way.
  const Descriptor directory(
      ::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0 && ::fsync(directory.get()) != 0 && errno != EINVAL) {
    fail_write(path, "flushing its directory", errno);
  }
}

void write_file_atomically(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  write_file_atomically(path, bytes.data(), bytes.size());
}

void write_file_atomically(const std::string& path, std::string_view text) {
  write_file_atomically(path, text.data(), text.size());
}

}  // namespace vernier
