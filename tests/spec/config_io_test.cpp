// Configurations that are accepted: shipped files, aliases, canonical text, hash, single keys.
#include <filesystem>
#include <set>

#include "hw_models/spec/file.h"
#include "hw_models/spec/sha256.h"
#include "hw_models/spec/shipped_files.h"
#include "tests/spec/config_file.h"

namespace vernier {
namespace {

using Catch::Matchers::Contains;

bool same(const HwConfig& a, const HwConfig& b) {
  return a.name == b.name && a.energy_table == b.energy_table && a.profile == b.profile &&
         canonical_text(a) == canonical_text(b);
}

TEST_CASE("every shipped configuration loads and is named after its file", "[config]") {
  const std::vector<std::string> names = shipped_names("hw");
  for (const char* name :
       {"base4x4", "base8x8", "base16", "base32x32", "base8x32", "base32x8", "tiny"}) {
    CHECK(std::count(names.begin(), names.end(), name) == 1);
  }
  std::set<std::string> hashes;
  for (const std::string& name : names) {
    CAPTURE(name);
    const HwConfig config = find_config(name);
    CHECK(config.name == name);
    CHECK(hashes.insert(config_hash(config)).second);
    // Every key with its comment, as config_yaml writes it, below a header of comments.
    const std::vector<std::uint8_t> bytes = read_file(shipped_path("hw", name), 65536);
    const std::string text(bytes.begin(), bytes.end());
    REQUIRE(text.find("schema:") != std::string::npos);
    CHECK(text.substr(text.find("schema:")) == config_yaml(config));
    CHECK(text[0] == '#');
  }
}

TEST_CASE("base16 is the default machine", "[config]") {
  CHECK(same(find_config("base16"), HwConfig()));
}

TEST_CASE("the tiny machine still holds the live activations of ResNet-8", "[config]") {
  const HwConfig tiny = find_config("tiny");
  CHECK(tiny.act_mem_kib * 1024 >= 49152);
  CHECK(tiny.acc_mem_entries * 8 <= HwConfig().acc_mem_entries);
}

TEST_CASE("the written configuration reads back the same", "[config]") {
  HwConfig config = find_config("tiny");
  config.energy_table = "my tables/a \"b\" #1.yaml";
  CHECK(same(parse_config(config_yaml(config), "m"), config));
  config.name = "null";
  config.energy_table = "null";
  config.profile = "ruy,FULLY_CONNECTED=single,0=f32";
  CHECK(same(parse_config(config_yaml(config), "m"), config));
}

TEST_CASE("the rounding profile may be absent, and is tflm then", "[config]") {
  REQUIRE(kGoodConfig.find("profile") == std::string::npos);
  CHECK(parse_config(kGoodConfig, "m").profile == "tflm");
  CHECK(parse_config(kGoodConfig + "profile: single\n", "m").profile == "single");
  CHECK(parse_config(kGoodConfig + "profile: ruy,3=single,ADD=tflm\n", "m").profile ==
        "ruy,3=single,ADD=tflm");
  HwConfig config;
  set_param_text(config, "profile", "f32", "--set");
  CHECK(config.profile == "f32");
}

TEST_CASE("a profile that is none is refused with its line and the names", "[config]") {
  const auto line = std::count(kGoodConfig.begin(), kGoodConfig.end(), '\n') + 1;
  const std::string place = "m.yaml:" + std::to_string(line);
  CHECK(refusal(kGoodConfig + "profile: TFLM\n") ==
        "error[E-CFG-018]: " + place +
            ": 'TFLM' is no profile, must be tflm, litert-ref, ruy, single, f32; give NAME, or "
            "NAME,OP=NAME,... with OP the index or type of an operator");
  CHECK_THAT(refusal(kGoodConfig + "profile: CONV2D=ruy\n"), Contains("did you mean CONV_2D?"));
  CHECK_THAT(refusal(kGoodConfig + "profile: [tflm]\n"), Contains("E-CFG-007"));
  CHECK_THAT(refusal(kGoodConfig + "profile:\n"), Contains("E-CFG-"));
  CHECK_THAT(refusal(kGoodConfig + "profil: tflm\n"), Contains("did you mean profile?"));
  HwConfig config;
  CHECK_THROWS_WITH(set_param_text(config, "profile", "x", "--set"), Contains("E-CFG-018"));
}

TEST_CASE("every alias sets its key", "[config]") {
  std::size_t count = 0;
  const AliasInfo* aliases = alias_table(&count);
  REQUIRE(count >= 4);
  for (std::size_t i = 0; i < count; ++i) {
    CAPTURE(aliases[i].word);
    const ParamInfo* param = find_param(aliases[i].key);
    REQUIRE(param != nullptr);
    CHECK(find_param(aliases[i].word) == nullptr);
    HwConfig config;
    set_param(config, aliases[i].word, param->least, "-");
    CHECK(config.*param->member == param->least);
  }
}

TEST_CASE("a file may use other tools' words and is written back in ours", "[config]") {
  const std::string text =
      good_with("array:\n  rows: 16\n  cols: 16\n", "array: {height: 8}\nArrayWidth: 32\n");
  const HwConfig config = parse_config(text, "m");
  CHECK(config.array_rows == 8);
  CHECK(config.array_cols == 32);
  CHECK_THAT(config_yaml(config), Contains("\n  rows: 8 ") && Contains("\n  cols: 32 "));
}

TEST_CASE("the canonical text has one line per key in table order", "[config]") {
  const std::string text = canonical_text(HwConfig());
  CHECK(text.substr(0, 46) == "clock_mhz: 500\narray.rows: 16\narray.cols: 16\nm");
  std::size_t count = 0;
  param_table(&count);
  CHECK(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) == count);
}

TEST_CASE("the hash is that of the canonical text and sees every key but name, table and profile",
          "[config]") {
  const HwConfig base;
  const std::string text = canonical_text(base);
  CHECK(config_hash(base) == sha256_hex(text.data(), text.size()));
  HwConfig named = base;
  named.name = "other";
  named.energy_table = "other";
  named.profile = "ruy";
  CHECK(config_hash(named) == config_hash(base));
  std::size_t count = 0;
  const ParamInfo* params = param_table(&count);
  for (std::size_t i = 0; i < count; ++i) {
    HwConfig changed = base;
    changed.*params[i].member += 1;
    CHECK(config_hash(changed) != config_hash(base));
  }
}

TEST_CASE("a single key is set by name or text, or refused with the nearest", "[config]") {
  HwConfig config;
  set_param(config, "array.rows", 8, "s.yaml:3");
  set_param_text(config, "array.cols", "32", "s.yaml:3");
  set_param_text(config, "energy.table", "mine.yaml", "s.yaml:3");
  set_param_text(config, "name", "x", "s.yaml:3");
  CHECK(config.array_rows == 8);
  CHECK(config.array_cols == 32);
  CHECK(config.energy_table == "mine.yaml");
  CHECK(config.name == "x");
  CHECK_THROWS_WITH(set_param(config, "array.row", 8, "s.yaml:3"),
                    "error[E-CFG-005]: s.yaml:3: unknown key array.row, did you mean array.rows?; "
                    "vernier explain KEY tells what a key does");
  CHECK_THROWS_WITH(set_param(config, "array.rows", 12, "--set"),
                    Contains("E-CFG-009") && Contains("--set: array.rows: 12"));
  CHECK_THROWS_WITH(set_param_text(config, "array.rows", "010", "--set"),
                    Contains("--set: array.rows: '010'") && Contains("write 8 or 10"));
  CHECK_THROWS_WITH(set_param_text(config, "array.rows", "", "--set"), Contains("E-CFG-008"));
  CHECK_THROWS_WITH(set_param(config, "name", 5, "--set"), Contains("E-CFG-007"));
}

TEST_CASE("an unknown name lists the shipped ones, a missing file its errno", "[config]") {
  CHECK_THROWS_WITH(find_config("base61"), Contains("E-CFG-016") &&
                                               Contains("did you mean base16?") &&
                                               Contains("base4x4"));
  CHECK_THROWS_WITH(find_config("no/such.yaml"), Contains("E-IO-001") && Contains("ENOENT"));
  CHECK_THROWS_WITH(find_config("/dev/zero"), Contains("E-IO-002"));
  CHECK_THROWS_WITH(find_config("/tmp/"), Contains("E-IO-002"));
}

TEST_CASE("an energy table given as a path lies beside its configuration", "[config]") {
  const std::filesystem::path dir =
      std::filesystem::temp_directory_path() / "vernier_config_io_test";
  std::filesystem::create_directories(dir);
  const std::string path = (dir / "m.yaml").string();
  write_file_atomically(path, good_with("45nm", "tables/mine.yaml"));
  CHECK(load_config(path).energy_table == (dir / "tables/mine.yaml").string());
  write_file_atomically(path, good_with("45nm", "/abs/mine.yaml"));
  CHECK(load_config(path).energy_table == "/abs/mine.yaml");
  write_file_atomically(path, good_with("rows: 16", "rows: 12"));
  CHECK_THROWS_WITH(load_config(path), Contains(path + ":5: array.rows: 12"));
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace vernier
