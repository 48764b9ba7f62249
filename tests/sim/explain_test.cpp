#include "sim/explain.h"

#include <catch2/catch.hpp>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/hw_config_io.h"

namespace vernier {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("a key is explained from its table row", "[explain]") {
  CHECK(explain("array.rows") ==
        "array.rows\n"
        "  meaning  reduction lanes R of the MAC array\n"
        "  range    a power of two 4..64 lanes\n"
        "  default  16 lanes\n"
        "  changes  cycles: reduction passes of a layer; weight tile bytes; array area and energy\n"
        "  aliases  array.height, ArrayHeight\n");
  CHECK(explain("ArrayHeight") == explain("array.rows"));
  CHECK_THAT(explain("act_mem"), Contains("act_mem.kib\n") && Contains("act_mem.banks\n"));
  CHECK_THAT(explain("mac_zero"), Contains("unit     pJ"));
}

TEST_CASE("the key profile is explained with every profile", "[explain]") {
  const std::string text = explain("profile");
  for (const char* name : {"tflm", "litert-ref", "ruy", "single", "f32"}) {
    CHECK_THAT(text, Contains("\n  " + std::string(name) + " "));
  }
  CHECK_THAT(text, Contains("(on the machine: all but FULLY_CONNECTED)") &&
                       Contains("(on the machine: no operator that rounds)"));
}

TEST_CASE("every word that a configuration accepts is explained", "[explain]") {
  for (const std::string& word : config_words()) CHECK_THAT(explain(word), Contains("meaning"));
}

TEST_CASE("every error ID is explained with its fix", "[explain]") {
  std::size_t count = 0;
  const ErrorInfo* errors = error_table(&count);
  for (std::size_t i = 0; i < count; ++i) {
    CHECK_THAT(explain(errors[i].id), Contains(errors[i].what) && Contains(errors[i].fix));
  }
}

TEST_CASE("an unknown word to explain is a usage error with the nearest word", "[explain]") {
  try {
    explain("act_mem.bank");
    FAIL("accepted");
  } catch (const Error& e) {
    CHECK(e.exit_code() == kExitUsage);
    CHECK_THAT(e.what(), Contains("did you mean act_mem.banks?"));
  }
  CHECK_THROWS_WITH(explain("E-CFG-999"), Contains("did you mean E-CFG-"));
  CHECK_THROWS_WITH(explain(""), Contains("E-CFG-017"));
}

TEST_CASE("two configurations differ in exactly the keys that differ", "[explain]") {
  HwConfig a, b;
  CHECK(config_diff(a, b) == "no key differs\n");
  b.array_rows = 8;
  b.name = "b";
  CHECK(config_diff(a, b) ==
        "name                  base16 -> b\n"
        "array.rows            16 -> 8 lanes\n");
  b = a;
  b.profile = "ruy";
  CHECK(config_diff(a, b) == "profile               tflm -> ruy\n");
}

TEST_CASE("the table in docs/configuration.md is fresh", "[explain]") {
  const std::vector<std::uint8_t> bytes =
      read_file(VERNIER_SOURCE_DIR "/docs/configuration.md", 1 << 20);
  const std::string text(bytes.begin(), bytes.end());
  const std::string begin = "<!-- BEGIN GENERATED config_markdown -->\n";
  const std::size_t at = text.find(begin);
  const std::size_t end = text.find("<!-- END GENERATED -->");
  REQUIRE(at != std::string::npos);
  REQUIRE(end != std::string::npos);
  CHECK(text.substr(at + begin.size(), end - at - begin.size()) == config_markdown());
}

}  // namespace
}  // namespace vernier
