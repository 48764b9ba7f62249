// The cache of Verilated libraries: what is damaged or of another build is never run.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "tests/rtl/unit_dut.h"

using namespace vernier;

namespace {

namespace fs = std::filesystem;

const HwConfig kSmall = units_config(4, 4, 32, 4);

// A folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = VERNIER_BINARY_DIR "/rtl_test_XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string message(const std::function<void()>& f, ErrorId wanted) {
  try {
    f();
  } catch (const Error& e) {
    CHECK(e.id() == wanted);
    return e.what();
  }
  FAIL("no error");
  return "";
}

}  // namespace

TEST_CASE("A library that is in the cache is not built again") {
  build_units(kSmall, test_units());
  const UnitsLibraryFile again = build_units(kSmall, test_units());
  CHECK_FALSE(again.built);
  CHECK(again.identity.size() == 64);
}

TEST_CASE("Another geometry or another module is another library") {
  const std::string module = VERNIER_SOURCE_DIR "/rtl/vernier_mac_array.sv";
  const std::string one = build_units(kSmall, test_units()).identity;
  CHECK(build_units(units_config(4, 4, 16, 1), test_units()).identity != one);
  // The file's bytes count, not its path.
  CHECK(build_units(kSmall, test_units({"vernier_mac_array=" + module})).identity == one);
}

TEST_CASE("A damaged library is refused, whichever byte it is, and never loaded") {
  const TemporaryFolder folder;
  const UnitsLibraryFile whole = build_units(kSmall, test_units());
  const auto bytes = read_file(whole.path, std::uint64_t{1} << 30);
  const std::string path = folder / "units.so";
  const auto refuse = [&](const std::vector<std::uint8_t>& content) {
    write_file_atomically(path, content);
    return message([&] { open_units_library(path, whole.identity, kSmall); },
                   ErrorId::PluginMismatch);
  };
  for (const std::size_t at :
       {std::size_t{0}, bytes.size() / 2, bytes.size() - 70, bytes.size() - 1}) {
    auto flipped = bytes;
    flipped[at] ^= 1;
    CHECK_THAT(refuse(flipped), Catch::Contains("damaged"));
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, bytes.size() - 1}) {
    CHECK_THAT(refuse({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}),
               Catch::Contains("without a seal"));
  }
  write_file_atomically(path, bytes);
  CHECK_NOTHROW(open_units_library(path, whole.identity, kSmall));
}

TEST_CASE("A whole library of another build or geometry is refused with both named") {
  const UnitsLibraryFile other = build_units(units_config(4, 4, 16, 1), test_units());
  const std::string wanted(64, 'a');
  CHECK_THAT(message([&] { open_units_library(other.path, wanted, units_config(4, 4, 16, 1)); },
                     ErrorId::PluginMismatch),
             Catch::Contains("identity " + other.identity + ", must be " + wanted));
  CHECK_THAT(message([&] { open_units_library(other.path, other.identity, kSmall); },
                     ErrorId::PluginMismatch),
             Catch::Contains("geometry 4x4 acc_bits 16 lanes 1, must be 4x4 acc_bits 32 lanes 4"));
}

TEST_CASE("A damaged library in the cache is rebuilt once, though two ask at the same time") {
  const TemporaryFolder folder;
  UnitsOptions options = test_units();
  const UnitsLibraryFile whole = build_units(kSmall, options);
  options.cache_dir = folder.path();
  const std::string path = folder / fs::path(whole.path).filename().string();
  write_file_atomically(path, std::string_view("\x7f"
                                               "ELF, but no more of it"));

  UnitsLibraryFile first, second;
  std::thread other([&] { second = build_units(kSmall, options); });
  first = build_units(kSmall, options);
  other.join();
  CHECK(first.built != second.built);
  CHECK(first.path == path);
  CHECK(second.path == path);
  CHECK_NOTHROW(open_units_library(path, whole.identity, kSmall));
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    CHECK(entry.path().extension() != ".build");  // no scratch is left
  }
}

TEST_CASE("A module that does not build is refused with the compiler's words and the log") {
  const TemporaryFolder folder;
  std::ofstream(folder / "mine.sv") << "module vernier_requantizer;\n  logic a = nonsense;\n";
  UnitsOptions options = test_units({"vernier_requantizer=" + (folder / "mine.sv")});
  options.cache_dir = folder.path();
  const std::string text = message([&] { build_units(kSmall, options); }, ErrorId::PluginBuild);
  CHECK_THAT(text,
             Catch::Contains("mine.sv:") && Catch::Contains("%Error") && Catch::Contains(".log"));
  CHECK(text.find('\n') == std::string::npos);
}

TEST_CASE("The option --with is refused unless it names a module, once, and a file that is there") {
  const auto refused = [](const std::vector<std::string>& with, ErrorId wanted) {
    return message([&] { build_units(kSmall, test_units(with)); }, wanted);
  };
  const std::string file = VERNIER_SOURCE_DIR "/rtl/vernier_mac_array.sv";
  CHECK_THAT(refused({"vernier_mac_aray=" + file}, ErrorId::RtlWith),
             Catch::Contains("did you mean vernier_mac_array?"));
  CHECK_THAT(refused({file}, ErrorId::RtlWith), Catch::Contains("must be MODULE=FILE.sv"));
  CHECK_THAT(refused({"vernier_mac_array="}, ErrorId::RtlWith),
             Catch::Contains("must be MODULE=FILE.sv"));
  CHECK_THAT(refused({"vernier_mac_array=" + file, "vernier_mac_array=" + file}, ErrorId::RtlWith),
             Catch::Contains("given twice"));
  refused({"vernier_mac_array=/no/such/file.sv"}, ErrorId::FileOpen);
}
