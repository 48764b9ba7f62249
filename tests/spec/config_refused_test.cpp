// Every row of the catalogue of bad hardware descriptions, Y1 to Y14, with its message.
#include <chrono>

#include "tests/spec/config_file.h"

namespace vernier {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("the good configuration is accepted", "[config]") {
  CHECK(refusal(kGoodConfig) == "accepted");
}

TEST_CASE("Y1 a duplicate key is refused with both lines", "[config]") {
  CHECK(refusal(good_with("  cols: 16\n", "  cols: 16\n  rows: 8\n")) ==
        "error[E-CFG-004]: m.yaml:7: key rows on lines 5 and 7; keep one of the two lines");
  CHECK_THAT(refusal(kGoodConfig + "queue: {depth: 4}\n"),
             Contains("key queue on lines 14 and 16"));
  CHECK_THAT(refusal(good_with("{depth: 8}", "{depth: 8, depth: 8}")),
             Contains("key depth on lines 14 and 14"));
  CHECK_THAT(refusal(good_with("  cols: 16\n", "  cols: 16\n  \"rows\": 8\n")),
             Contains("key rows on lines 5 and 7"));
}

TEST_CASE("Y1 a key and its alias are one key", "[config]") {
  CHECK(refusal(kGoodConfig + "ArrayHeight: 16\n") ==
        "error[E-CFG-004]: m.yaml:16: array.rows on line 5 and ArrayHeight on line 16 are the same "
        "key array.rows; keep one of the two lines");
}

TEST_CASE("Y2 an unknown key is refused with the nearest one", "[config]") {
  CHECK(refusal(good_with("  rows: 16", "  row: 16")) ==
        "error[E-CFG-005]: m.yaml:5: unknown key array.row, did you mean array.rows?; vernier "
        "explain KEY tells what a key does");
  CHECK_THAT(refusal(good_with("clock_mhz", "clock_mzh")),
             Contains("m.yaml:3: unknown key clock_mzh, did you mean clock_mhz?"));
  CHECK_THAT(refusal(good_with("weight_mem:", "weights_mem:")),
             Contains("did you mean weight_mem?"));
  CHECK_THAT(refusal(kGoodConfig + "arrayheigth: 16\n"), Contains("did you mean ArrayHeight?"));
  CHECK_THAT(refusal(kGoodConfig + "lanes: 16\n"),
             Contains("m.yaml:16: unknown key lanes, did you mean post.lanes?"));
  CHECK_THAT(refusal(kGoodConfig + "colour_of_the_package: 16\n"),
             Contains("the nearest known key is"));
  CHECK_THAT(refusal(good_with("{table: 45nm}", "{tabel: 45nm}")),
             Contains("did you mean energy.table?"));
}

TEST_CASE("Y2 a dotted key is told how to be nested", "[config]") {
  CHECK(refusal(kGoodConfig + "array.rows: 16\n") ==
        "error[E-CFG-005]: m.yaml:16: unknown key array.rows with a dot in it; write array: {rows: "
        "...}");
}

TEST_CASE("Y2 a hostile key is shown escaped", "[config]") {
  const std::string message = refusal(kGoodConfig + "\"\\x1b[31m\": 16\n");
  CHECK_THAT(message, Contains("unknown key \\x1b[31m"));
  CHECK(message.find('\x1b') == std::string::npos);
}

TEST_CASE("Y3 missing keys are named with their parent's line", "[config]") {
  CHECK(refusal(good_with("  cols: 16\n", "")) ==
        "error[E-CFG-006]: m.yaml:4: missing array.cols (array: line 4); add it; "
        "configs/hw/base16.yaml shows all keys");
  const std::size_t dram = kGoodConfig.find("dram: {");
  const std::string line = kGoodConfig.substr(dram, kGoodConfig.find('\n', dram) + 1 - dram);
  CHECK_THAT(refusal(good_with(line, "")),
             Contains("m.yaml:1: missing dram.bytes_per_cycle (top level, line 1), "
                      "dram.latency_cycles (top level, line 1)"));
  CHECK_THAT(refusal(good_with("schema: 1\n", "")), Contains("missing schema (top level, line 1)"));
  CHECK_THAT(refusal(good_with("name: good\n", "")), Contains("missing name (top level, line 1)"));
}

TEST_CASE("Y3 every key is required", "[config]") {
  std::size_t count = 0;
  const ParamInfo* params = param_table(&count);
  REQUIRE(count >= 17);
  for (std::size_t i = 0; i < count; ++i) {
    // Its line, or its part of a {...}, taken away leaves the text well-formed.
    const std::string key = params[i].key;
    const std::size_t dot = key.find('.');
    const std::string last = dot == std::string::npos ? key : key.substr(dot + 1);
    std::string text = kGoodConfig;
    const std::size_t section = dot == std::string::npos ? 0 : text.find(key.substr(0, dot) + ":");
    const std::size_t at = text.find(last + ":", section);
    REQUIRE(at != std::string::npos);
    const std::size_t end = text.find_first_of(",}\n", at);
    if (text[end] == '\n') {
      const std::size_t line = at == 0 ? 0 : text.rfind('\n', at) + 1;
      text.erase(line, end + 1 - line);
    } else {
      text.erase(at, end + (text[end] == ',' ? 2U : 0U) - at);
    }
    CAPTURE(key, text);
    CHECK_THAT(refusal(text), StartsWith("error[E-CFG-006]") && Contains("missing " + key + " ("));
  }
}

TEST_CASE("Y3 null and values of another kind are refused at their line", "[config]") {
  CHECK(refusal(good_with("  rows: 16", "  rows:")) ==
        "error[E-CFG-007]: m.yaml:5: array.rows: no value (null), must be a whole number, a power "
        "of two 4..64 lanes; write the value in the wanted form");
  CHECK_THAT(refusal(good_with("  rows: 16", "  rows: ~")), Contains("no value (null)"));
  CHECK_THAT(refusal(good_with("  rows: 16", "  rows: [16]")),
             Contains("m.yaml:5: array.rows: a list"));
  CHECK_THAT(refusal(good_with("  rows: 16", "  rows: {x: 1}")), Contains("array.rows: a map"));
  CHECK_THAT(refusal(good_with("{depth: 8}", "[8]")),
             Contains("m.yaml:14: queue: a list, must be a map of its keys"));
  CHECK_THAT(refusal(good_with("{depth: 8}", "")), Contains("m.yaml:14: queue: no value (null)"));
  CHECK_THAT(refusal(good_with("{depth: 8}", "8")), Contains("queue: '8', must be a map"));
  CHECK_THAT(refusal(good_with("name: good", "name: [good]")), Contains("m.yaml:2: name: a list"));
  CHECK_THAT(refusal(good_with("name: good", "name: null")), Contains("name: no value (null)"));
}

TEST_CASE("Y4 only plain decimal digits are a number, and the message says what to write",
          "[config]") {
  const std::pair<const char*, const char*> rows[] = {
      {"010", "write 8 or 10"},   {"0x10", "write 16"},      {"1_000", "write 1000"},
      {"16.0", "write 16"},       {"1e3", "write 1000"},     {"+4", "write 4"},
      {"09", "write 9"},          {"-0", "write 0"},         {"00", "write 0"},
      {"9e99", "plain decimal"},  {"0o20", "plain decimal"}, {"16K", "plain decimal"},
      {"16 17", "plain decimal"}, {"--4", "plain decimal"},  {"true", "plain decimal"},
  };
  for (const auto& [value, hint] : rows) {
    CAPTURE(value);
    const std::string message = refusal(good_with("rows: 16", std::string("rows: ") + value));
    CHECK_THAT(message,
               StartsWith("error[E-CFG-008]: m.yaml:5: array.rows: '" + std::string(value) +
                          "', must be a whole number, a power of two 4..64 lanes; "));
    CHECK_THAT(message, Contains(hint));
  }
  CHECK_THAT(refusal(good_with("rows: 16", "rows: \" 7\"")),
             Contains("m.yaml:5: array.rows: text in quotes (' 7'), must be a whole number"));
  CHECK_THAT(refusal(good_with("rows: 16", "rows: '16'")),
             Contains("write the number without quotes"));
  CHECK_THAT(refusal(good_with("rows: 16", "rows: |\n    16")), Contains("text in quotes"));
  CHECK_THAT(refusal(good_with("clock_mhz: 500", "clock_mhz: 99999999999")),
             Contains("m.yaml:3: clock_mhz: 99999999999, must be 1..10000 MHz"));
  CHECK_THAT(refusal(good_with("clock_mhz: 500", "clock_mhz: 99999999999999999999999999999")),
             Contains("must be 1..10000 MHz"));
}

TEST_CASE("Y5 a value out of range is refused with range and unit", "[config]") {
  CHECK(
      refusal(good_with("rows: 16", "rows: 0")) ==
      "error[E-CFG-009]: m.yaml:5: array.rows: 0, must be a power of two 4..64 lanes; give a value "
      "in the range; vernier explain KEY tells what it changes");
  CHECK_THAT(refusal(good_with("rows: 16", "rows: -1")), Contains("array.rows: -1, must be"));
  CHECK_THAT(refusal(good_with("clock_mhz: 500", "clock_mhz: 0")),
             Contains("clock_mhz: 0, must be 1..10000 MHz"));
  CHECK_THAT(refusal(good_with("kib: 128", "kib: 0")),
             Contains("m.yaml:9: act_mem.kib: 0, must be 1..65536 KiB"));
  CHECK_THAT(refusal(good_with("bytes_per_cycle: 16", "bytes_per_cycle: 0")),
             Contains("dram.bytes_per_cycle: 0, must be 1..128 B/cycle"));
  CHECK_THAT(refusal(good_with("weight_bits: 8", "weight_bits: 4")),
             Contains("mac.weight_bits: 4, must be 8 bits"));
  for (const char* value : {".nan", ".inf", "-.inf"}) {
    CHECK_THAT(refusal(good_with("clock_mhz: 500", std::string("clock_mhz: ") + value)),
               Contains("must be a whole number, 1..10000 MHz"));
  }
}

TEST_CASE("Y5 every key's range ends where its table row says", "[config]") {
  std::size_t count = 0;
  const ParamInfo* params = param_table(&count);
  for (std::size_t i = 0; i < count; ++i) {
    const ParamInfo& param = params[i];
    CAPTURE(param.key);
    HwConfig config;
    CHECK_NOTHROW(set_param(config, param.key, param.least, "-"));
    CHECK_NOTHROW(set_param(config, param.key, param.most, "-"));
    CHECK_THROWS_WITH(set_param(config, param.key, param.least - 1, "-"),
                      Contains("E-CFG-009") && Contains(param_range(param)));
    CHECK_THROWS_WITH(set_param(config, param.key, param.most + 1, "-"),
                      Contains("E-CFG-009") && Contains(param_range(param)));
  }
}

TEST_CASE("Y6 anchors, aliases and merge keys are refused on sight", "[config]") {
  CHECK(refusal(good_with("rows: 16", "rows: &r 16")) ==
        "error[E-CFG-011]: m.yaml:5: an anchor (&r); write the values out");
  CHECK_THAT(refusal(good_with("rows: 16\n  cols: 16", "rows: &r 16\n  cols: *r")),
             StartsWith("error[E-CFG-011]: m.yaml:5"));
  CHECK_THAT(refusal(good_with("cols: 16", "cols: *r")), StartsWith("error[E-CFG-011]: m.yaml:6"));
  CHECK_THAT(refusal(good_with("cols: 16", "cols: 16\n  <<: {rows: 16}")),
             StartsWith("error[E-CFG-011]: m.yaml:7: a merge key (<<)"));
  CHECK_THAT(refusal("a: &a [*a]\n"), StartsWith("error[E-CFG-011]: m.yaml:1"));
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int level = 1; level < 9; ++level) {
    const std::string below = "*a" + std::to_string(level - 1);
    bomb += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + below + ", " +
            below + "]\n";
  }
  CHECK_THAT(refusal(bomb), StartsWith("error[E-CFG-011]: m.yaml:1"));
}

TEST_CASE("Y7 anything but one document with a map is refused", "[config]") {
  CHECK(
      refusal(kGoodConfig + "---\n" + kGoodConfig) ==
      "error[E-CFG-013]: m.yaml:16: the map of keys has ended, yet a second document or stray text "
      "begins here; give one document with a map of keys at its top");
  CHECK_THAT(refusal(""), Contains("m.yaml:1: no keys: the file is empty"));
  CHECK_THAT(refusal("# only a comment\n"), StartsWith("error[E-CFG-013]"));
  CHECK_THAT(refusal("---\n"), StartsWith("error[E-CFG-013]"));
  CHECK_THAT(refusal("\n\n16\n"), Contains("m.yaml:3: '16' at the top, must be a map of keys"));
  CHECK_THAT(refusal("- 16\n"), Contains("a list at the top"));
  CHECK(refusal("---\n" + kGoodConfig + "...\n") == "accepted");
}

TEST_CASE("Y7 text that is not YAML is refused at its line", "[config]") {
  CHECK_THAT(refusal(good_with("{depth: 8}", "{depth: 8")), StartsWith("error[E-CFG-00"));
  CHECK_THAT(refusal(good_with("{depth: 8}", "{depth: 8]")),
             StartsWith("error[E-CFG-001]: m.yaml:14"));
  CHECK(
      refusal(good_with("name: good", "name: \"good")) ==
      "error[E-CFG-001]: m.yaml:2: column 7: a quote that is not closed; correct the YAML at that "
      "place");
  CHECK_THAT(refusal(good_with("name: good", "name: 'good''")), Contains("m.yaml:2: column 7"));
  CHECK_THAT(refusal(good_with("name: good", "# \xc2\xb5\nname: \"good\\\"")),
             Contains("m.yaml:3: column 7: a quote that is not closed"));
  CHECK(refusal(good_with("name: good", "# \xc2\xb5\nname: \"good\"")) == "accepted");
  CHECK(refusal(good_with("45nm", "'it''s'")) == "accepted");
  CHECK_THAT(refusal(good_with("name: good", "name: a: b")),
             StartsWith("error[E-CFG-001]: m.yaml:2"));
  CHECK_THAT(refusal(kGoodConfig + "]\n"), StartsWith("error[E-CFG-0"));
  CHECK_THAT(refusal(good_with("name: good", "? [a]\n: good")),
             StartsWith("error[E-CFG-007]: m.yaml:2: a list, a key must be a word"));
}

TEST_CASE("Y8 size, depth and node limits hold before the text is parsed", "[config]") {
  const auto begin = std::chrono::steady_clock::now();
  CHECK_THAT(refusal(std::string((std::size_t{1} << 20) + 1, '#')),
             StartsWith("error[E-CFG-003]: m.yaml: 1048577 bytes, at most 1048576 are read"));
  CHECK_THAT(refusal("name: " + std::string(20000000, 'x')), StartsWith("error[E-CFG-003]"));
  CHECK_THAT(refusal(std::string(100000, '[')),
             StartsWith("error[E-CFG-003]: m.yaml:1: more than 32 brackets open"));
  CHECK_THAT(refusal("a: " + std::string(100000, '{')), StartsWith("error[E-CFG-003]"));
  std::string nested;
  for (int level = 0; level < 32; ++level) nested += "- ";
  CHECK_THAT(refusal("a:\n  " + nested + "x\n"),
             StartsWith("error[E-CFG-003]: m.yaml:2: nested deeper than 32"));
  CHECK_THAT(refusal("a:\n  " + nested.substr(2) + "x\n"), !StartsWith("error[E-CFG-003]"));
  std::string many = "a: [x";
  for (int i = 0; i < 9998; ++i) many += ", x";
  CHECK_THAT(refusal(many + "]\n"), StartsWith("error[E-CFG-003]: m.yaml:1: more than 10000 keys"));
  std::string dashes;
  for (int i = 0; i < 500000; ++i) dashes += "- ";
  CHECK_THAT(refusal(dashes), StartsWith("error[E-CFG-003]"));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  CHECK(took.count() < 5.0);
}

TEST_CASE("Y9 bytes that are no plain UTF-8 text are refused at their line", "[config]") {
  CHECK(refusal(good_with("  rows", "\trows")) ==
        "error[E-CFG-002]: m.yaml:5: column 1: a tab, indent with spaces; save it as plain UTF-8 "
        "text, indented with spaces");
  CHECK_THAT(refusal(good_with("good", std::string("go\0d", 4))),
             StartsWith("error[E-CFG-002]: m.yaml:2: column 9: a NUL byte"));
  CHECK_THAT(refusal(good_with("good", "go\x04")),
             Contains("m.yaml:2: column 9: control character 0x04"));
  CHECK_THAT(refusal(good_with("good", "go\xff")),
             Contains("m.yaml:2: column 9: byte 0xff is not UTF-8"));
  CHECK_THAT(refusal(good_with("good", "\xc0\xaf")), Contains("is not UTF-8"));
  CHECK_THAT(refusal(good_with("good", "\xed\xa0\x80")), Contains("is not UTF-8"));
  CHECK_THAT(refusal(good_with("good", "\xf4\x90\x80\x80")), Contains("is not UTF-8"));
  CHECK_THAT(refusal(kGoodConfig + "# cut \xe2\x82"), Contains("is not UTF-8"));
  CHECK_THAT(refusal(good_with("good\n", "good\r")),
             Contains("a carriage return without a line feed"));
  CHECK_THAT(refusal(std::string("\xff\xfes\0c\0", 6)),
             Contains("m.yaml:1: UTF-16 text, must be UTF-8"));
  CHECK_THAT(refusal(std::string("s\0c\0h\0", 6)), Contains("UTF-16"));
}

TEST_CASE("Y9 CRLF, a byte order mark and UTF-8 comments are accepted, lines counted the same",
          "[config]") {
  std::string crlf;
  for (const char c : kGoodConfig) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK(refusal(crlf) == "accepted");
  CHECK(refusal("\xef\xbb\xbf" + crlf) == "accepted");
  CHECK(refusal("# \xc2\xb5m, \xe2\x82\xac, \xf0\x9f\x98\x80\n" + kGoodConfig) == "accepted");
  CHECK_THAT(refusal(with(crlf, "rows: 16", "rows: 12")), Contains("m.yaml:5: array.rows: 12"));
}

TEST_CASE("Y10 tags and directives are refused", "[config]") {
  CHECK_THAT(refusal(good_with("rows: 16", "rows: !!python/object 16")),
             StartsWith("error[E-CFG-012]: m.yaml:5: tag tag:yaml.org,2002:python/object"));
  CHECK_THAT(refusal(good_with("rows: 16", "rows: !include x.yaml")),
             StartsWith("error[E-CFG-012]: m.yaml:5: tag !include"));
  CHECK_THAT(refusal(good_with("rows: 16", "rows: !!binary MTY=")), StartsWith("error[E-CFG-012]"));
  CHECK_THAT(refusal(good_with("rows: 16", "rows: ! 16")),
             StartsWith("error[E-CFG-012]: m.yaml:5"));
  CHECK_THAT(refusal(good_with("rows: 16", "rows: !!int 16")), StartsWith("error[E-CFG-012]"));
  CHECK_THAT(refusal(good_with("{depth: 8}", "!!map {depth: 8}")), StartsWith("error[E-CFG-012]"));
  CHECK(refusal("%YAML 1.2\n---\n" + kGoodConfig) ==
        "error[E-CFG-012]: m.yaml:1: a directive (%); remove it");
}

TEST_CASE("Y14 another schema version is named before its keys are looked at", "[config]") {
  CHECK(
      refusal("schema: 2\nfuture: 1\n") ==
      "error[E-CFG-014]: m.yaml:1: schema: 2, this program reads schema 1, the file is for a newer "
      "program; write schema: 1 and the keys of docs/configuration.md");
  CHECK_THAT(refusal(good_with("schema: 1", "schema: 0")), StartsWith("error[E-CFG-014]"));
  CHECK_THAT(refusal(good_with("schema: 1", "schema: 1.0")), StartsWith("error[E-CFG-008]"));
}

TEST_CASE("a name is a short word and an energy table one line", "[config]") {
  for (const char* name : {"a/b", "..", "-x", "\"a b\"", "\"\"", "\"a\\nb\""}) {
    CAPTURE(name);
    CHECK_THAT(refusal(good_with("name: good", std::string("name: ") + name)),
               StartsWith("error[E-CFG-009]: m.yaml:2: name: '"));
  }
  CHECK(refusal(good_with("good", std::string(64, 'n'))) == "accepted");
  CHECK_THAT(refusal(good_with("good", std::string(65, 'n'))), StartsWith("error[E-CFG-009]"));
  CHECK_THAT(refusal(good_with("45nm", "\"a\\nb\"")), StartsWith("error[E-CFG-009]: m.yaml:15"));
}

}  // namespace
}  // namespace vernier
