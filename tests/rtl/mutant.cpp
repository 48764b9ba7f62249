#include <filesystem>
#include <fstream>
#include <iterator>

#include "hw_models/spec/file.h"
#include "tests/rtl/unit_dut.h"

namespace vernier {

std::string mutant(const std::string& module, const std::string& name, const std::string& from,
                   const std::string& to) {
  std::ifstream file(VERNIER_SOURCE_DIR "/rtl/" + module + ".sv");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t at = text.find(from);
  INFO(module << " must have in one place: " << from);
  REQUIRE(at != std::string::npos);
  REQUIRE(text.find(from, at + 1) == std::string::npos);
  text.replace(at, from.size(), to);
  const std::filesystem::path folder = VERNIER_BINARY_DIR "/rtl_mutants";
  std::filesystem::create_directories(folder);
  const std::string path = (folder / (module + "_" + name + ".sv")).string();
  write_file_atomically(path, std::string_view(text));  // test cases run side by side
  return module + "=" + path;
}

}  // namespace vernier
