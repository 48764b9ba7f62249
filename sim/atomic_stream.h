// An output file of any size that appears complete or not at all.
#pragma once

#include <string>
#include <string_view>

namespace vernier {

// Text goes to a temporary file beside `path`; commit() gives it the name. Without commit() the
// temporary file is removed and an older file at `path` is as it was. Every failure is an
// Error(FileWrite) that names the step and the errno.
class AtomicStream {
 public:
  // Creates the temporary file, so a folder that cannot be written is found before anything is
  // computed. Refuses to replace anything but a regular file.
  explicit AtomicStream(std::string path);
  ~AtomicStream();
  AtomicStream(const AtomicStream&) = delete;
  AtomicStream& operator=(const AtomicStream&) = delete;

  void write(std::string_view text);
  // Everything written is on the disk and the file is closed; only commit() may follow.
  void stage();
  // stage(), unless done, then the renaming.
  void commit();

  const std::string& path() const { return path_; }

 private:
  void flush();
  [[noreturn]] void fail(const char* step, int code) const;

  std::string path_, temporary_, buffer_;
  int fd_ = -1;
};

}  // namespace vernier
