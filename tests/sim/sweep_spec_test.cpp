// Sweep files: what they mean and how a mistake in one is told.
#include "sim/sweep_spec.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "sim/sweep_points.h"
#include "tests/sim/scratch_dir.h"

using namespace vernier;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

namespace {

std::string message(const std::string& text) {
  const ScratchDir dir;
  write_file_atomically(dir / "s.yaml", std::string_view(text));
  try {
    const SweepSpec spec = load_sweep(dir / "s.yaml");
    const SweepGrid grid(spec);
  } catch (const Error& e) {
    CHECK(e.exit_code() != kExitInternal);
    return e.what();
  }
  return "accepted";
}

// Four lines in front of the axes.
std::string with_axes(const std::string& axes, const std::string& rest = "") {
  return "schema: 1\nbase: base16\nmodels: [builtin]\naxes:\n" + axes + rest;
}

// Values of all axes, one text per combination.
std::vector<std::string> combinations(const std::string& text) {
  const ScratchDir dir;
  write_file_atomically(dir / "s.yaml", std::string_view(text));
  const SweepSpec spec = load_sweep(dir / "s.yaml");
  const SweepGrid grid(spec);
  std::vector<std::string> list;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    std::string values;
    for (const auto& v : grid.point(i).values) values += (values.empty() ? "" : " ") + v;
    list.push_back(values);
  }
  return list;
}

bool holds(const std::string& expression) {
  const HwConfig config;  // 16 x 16, 16 lanes
  return WhereExpression(expression, "s.yaml:1").holds([&](const ParamInfo& key) -> long long {
    return config.*key.member;
  });
}

std::string refusal(const std::string& expression) {
  try {
    holds(expression);
  } catch (const Error& e) {
    return e.what();
  }
  return "accepted";
}

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("the last axis of a sweep varies fastest") {
  CHECK(combinations(with_axes("  array.rows: [4, 8]\n  dram.latency_cycles: [1, 2, 3]\n")) ==
        List{"4 1", "4 2", "4 3", "8 1", "8 2", "8 3"});
}

TEST_CASE("log2 doubles up to its bound, range steps up to its bound") {
  CHECK(combinations(with_axes("  array.rows: {log2: [4, 32]}\n")) == List{"4", "8", "16", "32"});
  CHECK(combinations(with_axes("  array.rows: {log2: [4, 31]}\n")) == List{"4", "8", "16"});
  CHECK(combinations(with_axes("  clock_mhz: {range: [100, 300, 100]}\n")) ==
        List{"100", "200", "300"});
  CHECK(combinations(with_axes("  clock_mhz: {range: [100, 299, 100]}\n")) == List{"100", "200"});
  CHECK(combinations(with_axes("  clock_mhz: {range: [7, 7, 1]}\n")) == List{"7"});
}

TEST_CASE("zipped keys move together where the first of them stands") {
  CHECK(combinations(with_axes(
            "  array.cols: [4, 8]\n  array.rows: [16, 32]\n  post.lanes: [4, 8]\n",
            "zip: [[post.lanes, ArrayWidth]]\n")) == List{"4 16 4", "4 32 4", "8 16 8", "8 32 8"});
}

TEST_CASE("conditions see swept and unswept keys, by alias too") {
  CHECK(combinations(with_axes("  array.rows: [4, 8, 16]\n  array.cols: [8, 16]\n",
                               "where:\n  - array.rows <= ArrayWidth\n"
                               "  - \"array.rows * array.cols >= post.lanes * 4\"\n")) ==
        List{"4 16", "8 8", "8 16", "16 16"});
}

TEST_CASE("conditions have C's precedence and division") {
  CHECK(holds("2 + 3 * 4 == 14"));
  CHECK(holds("(2 + 3) * 4 == 20"));
  CHECK(holds("10 - 4 - 3 == 3"));
  CHECK(holds("-7 / 2 == -3 && -7 % 2 == -1"));
  CHECK(holds("1 || 0 && 0"));
  CHECK_FALSE(holds("(1 || 0) && 0"));
  CHECK(holds("1 < 2 == 1"));
  CHECK(holds("!(array.rows != 16)"));
  CHECK(holds("array.rows*array.cols>=256"));
  CHECK_FALSE(holds("array.rows-16"));
  CHECK(holds("0 == 0 || 1 / 0"));
  CHECK_FALSE(holds("0 && 1 / 0"));
}

TEST_CASE("a condition that means nothing is refused with its column") {
  CHECK_THAT(refusal("array.rows <"), Contains("s.yaml:1: 'array.rows <': column 13"));
  CHECK_THAT(refusal("array.rows = 16"), Contains("column 12"));
  CHECK_THAT(refusal("(1 + 2"), Contains("a ')' is missing"));
  CHECK_THAT(refusal("16.5 < 17"), Contains("no whole number"));
  CHECK_THAT(refusal("0x10"), Contains("no whole number"));
  CHECK_THAT(refusal("array.rws > 4"), Contains("did you mean array.rows?"));
  CHECK_THAT(refusal("energy.table == 1"), Contains("unknown key energy.table"));
  CHECK_THAT(refusal("1 / (array.rows - 16)"), Contains("division by zero"));
  CHECK_THAT(refusal("1 % 0"), Contains("division by zero"));
  CHECK_THAT(refusal("9223372036854775807 + 1"), Contains("beyond 64 bits"));
  CHECK_THAT(refusal("9223372036854775808"), Contains("beyond 64 bits"));
  CHECK_THAT(refusal("(-9223372036854775807 - 1) / -1"), Contains("beyond 64 bits"));
  CHECK_THAT(refusal(std::string(200, '(') + "1" + std::string(200, ')')), Contains("parentheses"));
  CHECK_THAT(refusal(std::string(2000, ' ') + "1"), Contains("at most 1000"));
}

TEST_CASE("a mistake in a sweep file is told with its line and the nearest word") {
  CHECK(message(with_axes("  array.rows: [4]\n")) == "accepted");
  CHECK_THAT(message("schema: 2\n"), Contains("s.yaml:1: schema: 2"));
  CHECK_THAT(message("schema: 1\nbase: base16\naxes: {}\n"), Contains("missing models"));
  CHECK_THAT(message(with_axes("  array.rows: [4]\n", "were: []\n")),
             Contains("s.yaml:6: unknown key were, did you mean where?"));
  CHECK_THAT(message(with_axes("  array.rws: [4]\n")),
             Contains("s.yaml:5: unknown key array.rws, did you mean array.rows?"));
  CHECK_THAT(message(with_axes("  name: [a]\n")), Contains("s.yaml:5: unknown key name"));
  CHECK_THAT(message(with_axes("  array.rows: 4\n")),
             Contains("s.yaml:5: array.rows: '4', must be"));
  CHECK_THAT(message(with_axes("  array.rows: [4, \"8\"]\n")), Contains("s.yaml:5: array.rows"));
  CHECK_THAT(message(with_axes("  array.rows: [4, 8.0]\n")), EndsWith("write 8"));
  CHECK_THAT(message(with_axes("  array.rows: []\n")), Contains("s.yaml:5: array.rows: no values"));
  CHECK_THAT(message(with_axes("  array.rows: {log: [4, 8]}\n")), Contains("did you mean log2?"));
  CHECK_THAT(message(with_axes("  array.rows: {log2: [4]}\n")), Contains("must be [lo, hi]"));
  CHECK_THAT(message(with_axes("  array.rows: {log2: [0, 4]}\n")), Contains("must be 1 or more"));
  CHECK_THAT(message(with_axes("  array.rows: {log2: [8, 4]}\n")), Contains("above hi"));
  CHECK_THAT(message(with_axes("  array.rows: {range: [4, 8]}\n")), Contains("[lo, hi, step]"));
  CHECK_THAT(message(with_axes("  array.rows: {range: [4, 8, 0]}\n")), Contains("step 0"));
  CHECK_THAT(message(with_axes("  array.rows: {range: [0, 900000000, 1]}\n")),
             Contains("more than 100000 values"));
  CHECK_THAT(message(with_axes("  array.rows: [4]\n  ArrayHeight: [8]\n")),
             Contains("s.yaml:6: ArrayHeight is array.rows, an axis on line 5 already"));
  CHECK_THAT(message(with_axes("  array.rows: [4, 8, 4]\n")), Contains("4 is given twice"));
  CHECK_THAT(message(with_axes("  array.rows: [4, 8]\n  array.cols: [4]\n",
                               "zip: [[array.rows, array.cols]]\n")),
             Contains("s.yaml:7: zip: array.cols has 1 values, array.rows has 2"));
  CHECK_THAT(message(with_axes("  array.rows: [4]\n", "zip: [[array.rows, array.cols]]\n")),
             Contains("zip: array.cols is not an axis"));
  CHECK_THAT(message(with_axes("  array.rows: [4]\n", "zip: [[array.rows]]\n")),
             Contains("at least 2"));
  CHECK_THAT(message(with_axes("  array.rows: [4]\n", "zip: [[array.rows, array.rows]]\n")),
             Contains("stands in zip already"));
  CHECK_THAT(message(with_axes("  array.rows: [4]\n", "where: [\"array.rows > 4\"]\n")),
             Contains("none of 1 combinations"));
  CHECK_THAT(message(with_axes("  array.rows: [4]\n", "where: [\"array.rows >\"]\n")),
             Contains("s.yaml:6: 'array.rows >': column"));
  CHECK_THAT(message("schema: 1\nbase: bse16\naxes: {}\nmodels: [builtin]\n"),
             Contains("did you mean base16?"));
  CHECK_THAT(message("schema: 1\nbase: base16\naxes: {}\nmodels: []\n"), Contains("none given"));
  CHECK_THAT(message("schema: 1\nbase: base16\naxes: {}\nmodels: [builtin, builtin]\n"),
             Contains("models: builtin stands on line 4 already"));
  CHECK_THAT(message("schema: 1\nbase: base16\naxes: {}\nmodels:\n- none.tflite\n"),
             Contains("s.yaml:5: models: no file 'none.tflite'"));
  const std::string wide = "{range: [1, 1001, 1]}\n";
  CHECK_THAT(message(with_axes("  clock_mhz: " + wide + "  dram.latency_cycles: " + wide)),
             Contains("more than 1000000 combinations"));
}

TEST_CASE("a sweep without axes is one point for each model") {
  CHECK(combinations("schema: 1\nbase: tiny\naxes: {}\nmodels: [builtin]\n") == List{""});
}

TEST_CASE("paths in a sweep file are looked for beside it") {
  const ScratchDir dir;
  std::filesystem::copy_file(VERNIER_SOURCE_DIR "/configs/hw/tiny.yaml", dir / "mine.yaml");
  write_file_atomically(dir / "net.tflite", std::string_view("x"));
  write_file_atomically(dir / "s.yaml", std::string_view("schema: 1\nbase: mine.yaml\naxes: {}\n"
                                                         "models: [net.tflite]\n"));
  const SweepSpec spec = load_sweep(dir / "s.yaml");
  CHECK(spec.base.name == "tiny");
  CHECK(spec.models[0].name == "net.tflite");
  CHECK(spec.models[0].path == dir / "net.tflite");
}

TEST_CASE("the shipped sweep has the sixteen array shapes from 4 x 4 to 32 x 32") {
  const SweepSpec spec = load_sweep(VERNIER_SOURCE_DIR "/configs/sweeps/array_shapes.yaml");
  const SweepGrid grid(spec);
  REQUIRE(grid.size() == 16);
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const SweepPoint point = grid.point(i);
    CHECK(point.refusal.empty());
    CHECK(point.config.array_rows == 4 << (i / 4));
    CHECK(point.config.array_cols == 4 << (i % 4));
    CHECK(point.config.post_lanes == point.config.array_cols);
  }
}
