// The program file: what is saved is loaded, everything else is refused with the byte.
#include "hw_models/spec/program.h"

#include <fmt/format.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "hw_models/spec/checker.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "tests/support/program_builder.h"

using namespace vernier;

namespace {

std::vector<std::uint8_t> small_file() {
  HwConfig config;
  config.name = "small";
  ProgramBuilder b(config, 256);
  const auto w = b.weights(4, 1);
  b.line("load.weights dram_addr={} words=4 signal_mac=1", w).line("mac.wait wait_load=1");
  Program p = b.program();
  p.inputs.push_back({0, b.free_addr(), 16});
  p.outputs.push_back({1, b.free_addr() + 64, 16});
  return program_bytes(p);
}

// The error of reading `bytes`, or "" when they are a program.
std::string refusal(const std::vector<std::uint8_t>& bytes) {
  try {
    parse_program(bytes, "p.vern");
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

// Offset of the first byte of a section's tag.
std::size_t section(const std::vector<std::uint8_t>& bytes, const std::string& tag) {
  const std::string text(bytes.begin(), bytes.end());
  return text.find(tag);
}

// Writes the checksum, computed apart from the implementation's zlib.
void seal(std::vector<std::uint8_t>* bytes) {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t n = 0; n < 256; ++n) {
    table[n] = n;
    for (int b = 0; b < 8; ++b) {
      table[n] = (table[n] >> 1) ^ ((table[n] & 1) != 0 ? 0xedb88320u : 0);
    }
  }
  std::uint32_t crc = 0xffffffffu;
  for (std::size_t i = 20; i < bytes->size(); ++i) {
    crc = (crc >> 8) ^ table[(crc ^ (*bytes)[i]) & 0xff];
  }
  crc = ~crc;
  for (std::size_t i = 0; i < 4; ++i) (*bytes)[16 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
}

}  // namespace

TEST_CASE("A program survives bytes and file") {
  const auto bytes = small_file();
  const Program p = parse_program(bytes, "p.vern");
  REQUIRE(program_bytes(p) == bytes);
  REQUIRE(p.words.size() == 3);
  REQUIRE(p.inputs.size() == 1);
  const auto path = std::filesystem::temp_directory_path() /
                    ("vernier_program_test_" + std::to_string(std::rand()) + ".vern");
  save_program(p, path.string());
  REQUIRE(program_bytes(load_program(path.string())) == bytes);
  std::filesystem::remove(path);
}

TEST_CASE("A program cut off at any byte is refused") {
  const auto bytes = small_file();
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    CAPTURE(n);
    REQUIRE_THAT(refusal({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n)}),
                 Catch::Contains("E-PRG-001") && Catch::Contains("byte "));
  }
}

TEST_CASE("A cut-off program with a fresh checksum is still refused") {
  const auto bytes = small_file();
  for (std::size_t n = 20; n < bytes.size(); ++n) {
    std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
    seal(&cut);
    CAPTURE(n);
    REQUIRE_THAT(refusal(cut), Catch::Contains("error[E-"));
  }
}

TEST_CASE("A program with any bit flipped is refused") {
  const auto bytes = small_file();
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    for (int bit = 0; bit < 8; ++bit) {
      auto damaged = bytes;
      damaged[n] = static_cast<std::uint8_t>(damaged[n] ^ (1 << bit));
      CAPTURE(n, bit);
      REQUIRE_THAT(refusal(damaged), Catch::Contains("E-PRG-001"));
    }
  }
}

TEST_CASE("With a fresh checksum a flipped bit is refused or read and checked without a crash") {
  const auto bytes = small_file();
  int read = 0, refused = 0;
  const std::size_t conf_end = section(bytes, "HASH");
  for (std::size_t n = 20; n < bytes.size(); ++n) {
    for (int bit = 0; bit < 8; ++bit) {
      // The configuration's text has its own sweep: one bit a byte of it.
      if (n < conf_end && bit != static_cast<int>(n % 8)) continue;
      auto damaged = bytes;
      damaged[n] = static_cast<std::uint8_t>(damaged[n] ^ (1 << bit));
      seal(&damaged);
      try {
        const Program p = parse_program(damaged, "p.vern");
        // The configuration's comments and name are rewritten; all else is kept.
        const auto kept = program_bytes(p);
        if (program_bytes(parse_program(kept, "p.vern")) != kept) FAIL(n << " bit " << bit);
        ++read;
        check_program(p, "p.vern");
      } catch (const Error& e) {
        ++refused;
        REQUIRE(e.exit_code() != kExitInternal);
      }
    }
  }
  REQUIRE(read > 100);
  REQUIRE(refused > 1000);
}

TEST_CASE("Magic, version and section order are named with their byte") {
  auto bytes = small_file();
  bytes[0] = 'X';
  CHECK_THAT(refusal(bytes), Catch::Contains("byte 0") && Catch::Contains("VERNPROG"));
  bytes = small_file();
  bytes[8] = kProgramVersion + 1;
  CHECK_THAT(refusal(bytes), Catch::Contains(fmt::format("version {}, must be {}",
                                                         kProgramVersion + 1, kProgramVersion)));
  bytes = small_file();
  bytes[section(bytes, "HASH")] = 'J';
  seal(&bytes);
  CHECK_THAT(refusal(bytes), Catch::Contains("section 'JASH', must be 'HASH'"));
  bytes = small_file();
  bytes.push_back(0);
  seal(&bytes);
  CHECK_THAT(refusal(bytes), Catch::Contains("1 bytes behind the last section"));
  CHECK_THAT(refusal({}), Catch::Contains("byte 0"));
}

TEST_CASE("Instructions that are no multiple of a word are refused") {
  auto bytes = small_file();
  const auto text = section(bytes, "TEXT");
  bytes[text + 4] = static_cast<std::uint8_t>(bytes[text + 4] - 1);
  bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(text + 12));
  seal(&bytes);
  CHECK_THAT(refusal(bytes), Catch::Contains("47 bytes of instructions, must be a multiple of 16"));
}

TEST_CASE("A program for another machine is refused with both hashes") {
  auto bytes = small_file();
  const auto conf = section(bytes, "CONF");
  const std::string text(bytes.begin(), bytes.end());
  const auto clock = text.find("clock_mhz: 500", conf);
  REQUIRE(clock != std::string::npos);
  bytes[clock + 11] = '4';
  seal(&bytes);
  HwConfig changed;
  changed.clock_mhz = 400;
  CHECK_THAT(refusal(bytes), Catch::Contains("E-PRG-008") &&
                                 Catch::Contains(config_hash(HwConfig{})) &&
                                 Catch::Contains(config_hash(changed)));
}

TEST_CASE("Sections that contradict each other are refused") {
  Program p = parse_program(small_file(), "p.vern");
  const auto refused = [](const Program& changed) { return refusal(program_bytes(changed)); };
  Program q = p;
  q.image_addr = 16;
  CHECK_THAT(refused(q), Catch::Contains("overlap"));
  q = p;
  q.dram_bytes = 100;
  CHECK_THAT(refused(q), Catch::Contains("must end by 100"));
  q = p;
  q.outputs[0].addr = 0xffffffff;
  CHECK_THAT(refused(q), Catch::Contains("graph output"));
  q = p;
  q.page_begin = {0, 2, 2};
  CHECK_THAT(refused(q), Catch::Contains("page 2 begins at pc 2"));
  q = p;
  q.layer_of[1] = 1;
  CHECK_THAT(refused(q), Catch::Contains("layer 1, must be below 1"));
  q = p;
  q.layer_of.pop_back();
  CHECK_THAT(refused(q), Catch::Contains("4 bytes name the layers of 3 instructions"));
}

TEST_CASE("A program of 2^24 + 1 instructions is refused before they are read") {
  auto bytes = small_file();
  const auto text = section(bytes, "TEXT");
  const std::uint64_t length = ((std::uint64_t{1} << 24) + 1) * 16;
  std::vector<std::uint8_t> large(bytes.begin(),
                                  bytes.begin() + static_cast<std::ptrdiff_t>(text + 4));
  for (int i = 0; i < 8; ++i) large.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
  large.resize(large.size() + length);
  seal(&large);
  CHECK_THAT(refusal(large), Catch::Contains("16777217 instructions, must be 1..16777216"));
}
