// bad_inputs.md 2.1, rows T1 to T3, T6 (version), T7 and T29: the file as a whole.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "hw_models/spec/file.h"
#include "tests/compiler/tflite_cases.h"

namespace vernier {
namespace {

struct TemporaryFolder {
  std::string path = "/tmp/vernier_tflite_XXXXXX";
  TemporaryFolder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~TemporaryFolder() {
    for (const auto& name : names) ::unlink((path + "/" + name).c_str());
    ::rmdir(path.c_str());
  }
  std::string file(const std::string& name) {
    names.push_back(name);
    return path + "/" + name;
  }
  std::vector<std::string> names;
};

void file_refused(const std::string& path, ErrorId id, int exit_code, const std::string& part) {
  try {
    import_tflite_file(path);
  } catch (const Error& e) {
    INFO(e.what());
    CHECK(std::string(error_info(e.id()).id) == error_info(id).id);
    CHECK(e.exit_code() == exit_code);
    CHECK_THAT(e.what(), Catch::Contains(part));
    return;
  }
  FAIL("accepted " << path);
}

void refused_as(const std::string& content, const std::string& kind) {
  refused(std::vector<std::uint8_t>(content.begin(), content.end()), ErrorId::TflIdentity,
          {kind, "TFL3"});
}

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TEST_CASE("only a regular file that can be read is a model (T1)") {
  TemporaryFolder folder;
  file_refused(folder.path, ErrorId::FileNotRegular, kExitRejected, "is a directory");
  file_refused("/dev/zero", ErrorId::FileNotRegular, kExitRejected, "is a device");
  const auto fifo = folder.file("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  file_refused(fifo, ErrorId::FileNotRegular, kExitRejected, "is a FIFO");
  file_refused(folder.path + "/none", ErrorId::FileOpen, kExitResource, "ENOENT");
  file_refused(std::string("/dev/null/x"), ErrorId::FileOpen, kExitResource, "ENOTDIR");
  file_refused(folder.path + "/" + std::string(300, 'a'), ErrorId::FileOpen, kExitResource,
               "ENAMETOOLONG");

  const auto empty = folder.file("empty");
  write_file_atomically(empty, std::string_view());
  file_refused(empty, ErrorId::TflIdentity, kExitRejected, "is empty (0 bytes)");
  const auto locked = folder.file("locked");
  write_file_atomically(locked, std::string_view("x"));
  REQUIRE(::chmod(locked.c_str(), 0) == 0);
  if (::geteuid() != 0) file_refused(locked, ErrorId::FileOpen, kExitResource, "EACCES");
}

TEST_CASE("a file over 2 GiB is refused by its size, before it is read (T2)") {
  TemporaryFolder folder;
  const auto huge = folder.file("huge.tflite");
  const int fd = ::open(huge.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(fd >= 0);
  REQUIRE(::ftruncate(fd, (1ll << 31) + 1) == 0);  // sparse: takes no space
  ::close(fd);
  file_refused(huge, ErrorId::FileTooLarge, kExitRejected, "2147483649 bytes, at most 536870912");
  ImportLimits limits;
  limits.file_bytes = 1ull << 40;
  CHECK_THROWS_WITH(import_tflite_file(huge, limits),
                    Catch::Contains("2147483649 bytes, at most 2147483647"));
}

TEST_CASE("a file limit is tight") {
  const auto bytes = conv_model().bytes();
  ImportLimits limits;
  limits.file_bytes = bytes.size();
  CHECK_NOTHROW(import_tflite(bytes, "net.tflite", limits));
  limits.file_bytes = bytes.size() - 1;
  CHECK_THROWS_AS(import_tflite(bytes, "net.tflite", limits), Error);
}

TEST_CASE("a file of another kind is told what it looks like (T3)") {
  refused_as("", "is empty");
  refused_as("PK\x03\x04 and more bytes", "looks like a zip archive");
  refused_as(std::string("\x08\x07\x12\x07pytorch", 11), "looks like ONNX");
  refused_as("<!DOCTYPE html><html>", "looks like HTML");
  refused_as("\x1f\x8b\x08 and more bytes", "looks like gzip");
  refused_as("\x89HDF\r\n\x1a\n", "looks like HDF5");
  refused_as("\x93NUMPY\x01 and more", "looks like a NumPy array");
  refused_as("version https://git-lfs.github.com/spec/v1", "looks like a Git LFS pointer");
  refused_as(std::string("\x1c\x00\x00\x00TFL2 and more", 17),
             "begins with 1c 00 00 00 54 46 4c 32");
  refused_as("TFL3", "begins with 54 46 4c 33");
}

TEST_CASE("any schema version but 3 is refused (T6)") {
  for (const std::uint32_t version : {0u, 2u, 4u, 0xFFFFFFFFu}) {
    auto m = conv_model();
    m.version = version;
    refused(m, ErrorId::TflVersion, {"schema version " + std::to_string(version) + ", must be 3"});
  }
}

TEST_CASE("a model without tables, or with other than one subgraph, is refused (T7)") {
  for (const int count : {0, 2, 3}) {
    auto m = conv_model();
    m.subgraphs = count;
    refused(m, ErrorId::TflSubgraphs,
            {std::to_string(count) + " subgraphs, must be 1", "control flow is not supported"});
  }
  const auto missing = [](bool ModelBuilder::*omit, const std::string& what) {
    auto m = conv_model();
    m.*omit = true;
    refused(m, ErrorId::TflDamaged, {what + " is missing"});
  };
  missing(&ModelBuilder::omit_tensors, "tensors");
  missing(&ModelBuilder::omit_operators, "operators");
  missing(&ModelBuilder::omit_buffers, "buffers");
  missing(&ModelBuilder::omit_codes, "operator_codes");

  auto no_ops = conv_model();
  no_ops.ops.clear();
  refused(no_ops, ErrorId::TflDamaged, {"an operator", "is missing"});
  auto no_inputs = conv_model();
  no_inputs.inputs.clear();
  refused(no_inputs, ErrorId::TflDamaged, {"an input", "is missing"});
  auto no_outputs = conv_model();
  no_outputs.outputs.clear();
  refused(no_outputs, ErrorId::TflDamaged, {"an output", "is missing"});
}

TEST_CASE("limits of operators and tensors are tight (T29)") {
  auto m = network_model();
  const auto bytes = m.bytes();
  const int ops = static_cast<int>(m.ops.size()), tensors = static_cast<int>(m.tensors.size());
  ImportLimits limits;
  limits.ops = ops;
  limits.tensors = tensors;
  CHECK_NOTHROW(import_tflite(bytes, "net.tflite", limits));
  limits.ops = ops - 1;
  refused(bytes, ErrorId::TflLimit,
          {std::to_string(ops) + " operator", "at most " + std::to_string(ops - 1)}, limits);
  limits.ops = ops;
  limits.tensors = tensors - 1;
  refused(bytes, ErrorId::TflLimit,
          {std::to_string(tensors) + " tensors", "at most " + std::to_string(tensors - 1)}, limits);
}

TEST_CASE("a million operators are refused in under 2 seconds with the number (T29)") {
  auto m = conv_model();
  const OpRecord op = m.ops[0];
  m.ops.assign(1'000'000, op);
  const auto bytes = m.bytes();
  CHECK(seconds([&] { refused(bytes, ErrorId::TflLimit, {"1000000", "at most 10000"}); }) < 2.0);
}

TEST_CASE("a million tensors are refused in under 2 seconds with the number (T29)") {
  auto m = conv_model();
  m.tensors.resize(1'000'000);
  const auto bytes = m.bytes();
  CHECK(seconds([&] { refused(bytes, ErrorId::TflLimit, {"1000000 tensors", "65536"}); }) < 2.0);
}

TEST_CASE("tensors that share one large name or buffer unfold within the file limit (T29)") {
  // 200 tensors of one 4096-byte buffer: far more when read than the file's size.
  ModelBuilder m;
  const int x = m.input({1, 64}, 1.0F, 0);
  int first = -1;
  for (int i = 0; i < 200; ++i) {
    const int w = m.weights({64, 64}, std::vector<std::int8_t>(4096, 1), {1.0F});
    if (first < 0) first = w;
    m.mark_output(m.fully_connected(x, w, -1, {}, 1000.0F, 0));
    if (i > 0) {
      m.tensors[static_cast<std::size_t>(w)].data.clear();
      m.tensors[static_cast<std::size_t>(w)].buffer = 1;
    }
  }
  const auto bytes = m.bytes();
  CHECK(bytes.size() < 100'000);
  CHECK(import_tflite(bytes, "net.tflite").ops.size() == 200);
  ImportLimits limits;
  limits.file_bytes = 400'000;
  refused(bytes, ErrorId::TflLimit, {"unfold to over", "at most 400000"}, limits);
}

TEST_CASE("operators that share one large constant read within the file limit (T29)") {
  ModelBuilder m;
  const int x = m.input({1, 64}, 1.0F, 0);
  const int w = m.weights({64, 64}, std::vector<std::int8_t>(4096, 1), {1.0F});
  for (int i = 0; i < 200; ++i) m.mark_output(m.fully_connected(x, w, -1, {}, 1000.0F, 0));
  const auto bytes = m.bytes();
  CHECK(import_tflite(bytes, "net.tflite").ops.size() == 200);
  ImportLimits limits;
  limits.file_bytes = 400'000;
  refused(bytes, ErrorId::TflLimit, {"read 819200 bytes of constants", "at most 400000"}, limits);
}

}  // namespace vernier
