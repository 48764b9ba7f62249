// Rows Y11 to Y13 of the catalogue: values in range that make no machine together.
#include "hw_models/spec/hw_config_check.h"
#include "tests/spec/config_file.h"

namespace vernier {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

// The refusal of the default machine with some keys changed.
std::string refusal_of(std::initializer_list<std::pair<const char*, int>> changes) {
  HwConfig config;
  for (const auto& [key, value] : changes) set_param(config, key, value, "-");
  try {
    validate(config, "m");
  } catch (const Error& e) {
    return e.what();
  }
  return "accepted";
}

TEST_CASE("Y11 a size that must be a power of two says so", "[config]") {
  CHECK_THAT(
      refusal(good_with("rows: 16", "rows: 12")),
      StartsWith("error[E-CFG-009]: m.yaml:5: array.rows: 12, must be a power of two 4..64 lanes"));
  CHECK_THAT(refusal(good_with("banks: 4", "banks: 3")),
             Contains("m.yaml:9: act_mem.banks: 3, must be a power of two 1..16 banks"));
}

TEST_CASE("Y11 requantizers are at most the columns", "[config]") {
  CHECK(refusal_of({{"array.cols", 16}, {"post.lanes", 16}}) == "accepted");
  CHECK(refusal_of({{"array.cols", 16}, {"post.lanes", 32}}) ==
        "error[E-CFG-010]: m: post.lanes: 32, must be at most array.cols = 16; change one of the "
        "values named");
}

TEST_CASE("Y11 banks divide the activation memory into pairs of words", "[config]") {
  // 64 banks x 2 words x 16 bytes are 2 KiB: the least, and the step.
  const auto with_kib = [](int kib) {
    return refusal_of({{"act_mem.pages", 16}, {"act_mem.banks", 4}, {"act_mem.kib", kib}});
  };
  CHECK(with_kib(2) == "accepted");
  CHECK(with_kib(4) == "accepted");
  CHECK_THAT(with_kib(1), Contains("act_mem.kib: 1 KiB in 16 pages x 4 banks are 16 bytes a bank, "
                                   "must be a whole number of pairs of 16-byte words"));
  CHECK_THAT(with_kib(3), Contains("act_mem a multiple of 2048 bytes"));
  CHECK_THAT(refusal_of({{"act_mem.pages", 16}, {"act_mem.banks", 8}}),
             Contains("act_mem.pages x act_mem.banks: 16 x 8 = 128, must be at most 64"));
}

TEST_CASE("Y11 the word is the widest port, rounded up", "[config]") {
  HwConfig config;
  CHECK(config.act_word_bytes() == 16);
  config.dram_bytes_per_cycle = 17;
  CHECK(config.act_word_bytes() == 32);
  config.array_rows = 64;
  CHECK(config.act_word_bytes() == 64);
  config.dram_bytes_per_cycle = 128;
  CHECK(config.act_word_bytes() == 128);
  CHECK(HwConfig().act_bank_page_bytes() == 8192);
}

TEST_CASE("Y11 the weight memory holds two tiles", "[config]") {
  CHECK(refusal_of({{"array.rows", 64}, {"array.cols", 64}, {"weight_mem.kib", 8}}) == "accepted");
  CHECK_THAT(refusal_of({{"array.rows", 64}, {"array.cols", 64}, {"weight_mem.kib", 7}}),
             Contains("weight_mem.kib: 7 KiB = 7168 bytes, must hold 2 tiles of array.rows x "
                      "array.cols = 64 x 64 bytes, 8192 bytes"));
}

TEST_CASE("Y11 a half of the program memory holds 64 instructions", "[config]") {
  CHECK(refusal_of({{"program_mem.kib", 2}}) == "accepted");
  CHECK_THAT(
      refusal_of({{"program_mem.kib", 1}}),
      Contains("program_mem.kib: 1 KiB hold 32 instructions in each half, must be at least 64"));
}

TEST_CASE("Y11 instruction fields reach the whole of each memory", "[config]") {
  CHECK(refusal_of({{"weight_mem.kib", 4096}}) == "accepted");
  CHECK_THAT(refusal_of({{"weight_mem.kib", 4097}}),
             Contains("are 262208 rows of array.cols = 16 bytes, an instruction reaches 262144"));
  CHECK(refusal_of({{"act_mem.kib", 65536}}) == "accepted");
  CHECK_THAT(refusal_of({{"act_mem.kib", 65536}, {"act_mem.banks", 2}}),
             Contains("33554432 bytes of offsets a bank, an instruction reaches 16777216"));
}

TEST_CASE("Y11 a contradiction in a file is told at the line of its key", "[config]") {
  CHECK_THAT(refusal(good_with("lanes: 16", "lanes: 32")),
             StartsWith("error[E-CFG-010]: m.yaml:8: "));
  CHECK_THAT(refusal(good_with("weight_mem: {kib: 64}", "weight_mem: {kib: 8192}")),
             StartsWith("error[E-CFG-010]: m.yaml:10: "));
}

TEST_CASE("Y12 an absurd machine is refused with its memory and the limit, exit 4", "[config]") {
  const std::string text = with(good_with("rows: 16", "rows: 65535"), "cols: 16", "cols: 65535");
  CHECK(
      refusal(text) ==
      "error[E-CFG-015]: m.yaml:5: array.rows x array.cols: 65535 x 65535 = 4294836225 "
      "multipliers, "
      "the machine would take about 16512 MiB, the limit is 256 MiB; array.rows must be a power of "
      "two 4..64 lanes; give a smaller machine");
  CHECK(exit_of(text) == kExitResource);
  CHECK(exit_of(good_with("kib: 128", "kib: 999999999")) == kExitResource);
  CHECK(exit_of(good_with("kib: 128", "kib: 65537")) == kExitRejected);
}

TEST_CASE("Y12 the largest machine in range is under the limit", "[config]") {
  HwConfig config;
  for (const char* key :
       {"array.rows", "array.cols", "post.lanes", "act_mem.kib", "acc_mem.entries",
        "acc_mem.buffers", "program_mem.kib", "dram.bytes_per_cycle"}) {
    set_param(config, key, find_param(key)->most, "-");
  }
  CHECK_NOTHROW(validate(config, "m"));
}

TEST_CASE("Y13 nothing that an engine waits for can be zero", "[config]") {
  for (const char* key : {"dram.latency_cycles", "dram.bytes_per_cycle", "queue.depth",
                          "acc_mem.buffers", "post.lanes", "act_mem.banks", "act_mem.pages"}) {
    HwConfig config;
    config.*find_param(key)->member = 0;
    CAPTURE(key);
    CHECK_THROWS_WITH(validate(config, "m"), Contains(std::string(key) + ": 0, must be"));
  }
}

}  // namespace
}  // namespace vernier
