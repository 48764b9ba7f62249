#include "hw_models/spec/file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "hw_models/spec/error.h"

namespace vernier {
namespace {

namespace fs = std::filesystem;

struct Folder {
  std::string path = "/tmp/vernier_file_XXXXXX";
  Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~Folder() { fs::remove_all(path); }
  std::string at(const std::string& name) const { return path + "/" + name; }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
};

std::string text_of(const std::string& path) {
  const auto bytes = read_file(path, 1 << 20);
  return {bytes.begin(), bytes.end()};
}

void write_refused(const std::string& path, const std::string& part) {
  try {
    write_file_atomically(path, std::string_view("new"));
  } catch (const Error& e) {
    INFO(e.what());
    CHECK(e.id() == ErrorId::FileWrite);
    CHECK(e.exit_code() == kExitResource);
    CHECK_THAT(e.what(), Catch::Contains(part));
    return;
  }
  FAIL("written: " << path);
}

}  // namespace

TEST_CASE("a file comes back as it was written, up to exactly the limit") {
  const Folder folder;
  std::vector<std::uint8_t> bytes(100'000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 31);
  write_file_atomically(folder.at("x"), bytes);
  CHECK(read_file(folder.at("x"), bytes.size()) == bytes);
  CHECK_THROWS_WITH(read_file(folder.at("x"), bytes.size() - 1),
                    Catch::Contains("E-IO-003") && Catch::Contains("100000 bytes, at most 99999"));
  write_file_atomically(folder.at("x"), std::string_view());
  CHECK(read_file(folder.at("x"), 0).empty());
  CHECK(folder.files() == 1);
}

TEST_CASE("a file that reports no size is read to its end, and no further than the limit") {
  CHECK_FALSE(read_file("/proc/self/status", 1 << 20).empty());
  CHECK_THROWS_WITH(read_file("/proc/self/status", 10),
                    Catch::Contains("E-IO-003") && Catch::Contains("more than the 10 bytes"));
}

TEST_CASE("only regular files are read, and the errno is named") {
  const Folder folder;
  CHECK_THROWS_WITH(read_file(folder.path, 10), Catch::Contains("is a directory"));
  CHECK_THROWS_WITH(read_file("/dev/zero", 10), Catch::Contains("is a device"));
  REQUIRE(::mkfifo(folder.at("fifo").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(read_file(folder.at("fifo"), 10), Catch::Contains("is a FIFO"));
  CHECK_THROWS_WITH(read_file(folder.at("none"), 10),
                    Catch::Contains("E-IO-001") && Catch::Contains("ENOENT"));
  CHECK_THROWS_WITH(read_file(std::string("a\0b", 3), 10), Catch::Contains("a\\x00b: "));
  REQUIRE(::symlink("loop", folder.at("loop").c_str()) == 0);
  CHECK_THROWS_WITH(read_file(folder.at("loop"), 10), Catch::Contains("ELOOP"));
}

TEST_CASE("an output replaces a regular file and nothing else") {
  const Folder folder;
  write_file_atomically(folder.at("x"), std::string_view("old"));
  write_file_atomically(folder.at("x"), std::string_view("new"));
  CHECK(text_of(folder.at("x")) == "new");
  REQUIRE(::symlink("x", folder.at("link").c_str()) == 0);
  write_refused(folder.at("link"), "is a symbolic link");
  write_refused(folder.path, "is a directory");
  write_refused("/dev/full", "is a device");
  write_refused(folder.at("none/x"), "ENOENT");
  write_refused("", "the path is empty");
  CHECK(folder.files() == 2);
}

TEST_CASE("a failed write leaves the old file and no temporary file") {
  const Folder folder;
  write_file_atomically(folder.at("x"), std::string_view("old"));
  // Past the file size limit write(2) fails with EFBIG, as a full disk does with ENOSPC.
  std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit before = {};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  struct rlimit small = before;
  small.rlim_cur = 1000;
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  std::string message;
  try {
    write_file_atomically(folder.at("x"), std::vector<std::uint8_t>(1001));
  } catch (const Error& e) {
    message = e.what();
  }
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK_THAT(message, Catch::Contains("E-IO-004") && Catch::Contains("writing: EFBIG"));
  CHECK(text_of(folder.at("x")) == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("a file name of 255 bytes can be written") {
  const Folder folder;
  write_file_atomically(folder.at(std::string(255, 'n')), std::string_view("x"));
  CHECK(text_of(folder.at(std::string(255, 'n'))) == "x");
  write_refused(folder.at(std::string(256, 'n')), "ENAMETOOLONG");
}

}  // namespace vernier
