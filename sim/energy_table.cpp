#include "sim/energy_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/machine.h"
#include "hw_models/spec/sha256.h"
#include "hw_models/spec/shipped_files.h"
#include "hw_models/spec/strict_yaml.h"
#include "hw_models/spec/suggest.h"

namespace vernier {
namespace {

constexpr double kBitsPerByte = 8;
constexpr int kAccPorts = 3;     // MAC reads and writes, POST reads: architecture.md 2.4
constexpr int kOperandBits = 9;  // 8 bits with the guard bit

constexpr const char* kCoefficientKeys = "value, unit, basis and source";

std::string place_of(const std::string& where, const YamlNode& node) {
  return yaml_place(where, node.line);
}

std::vector<std::string> coefficient_names() {
  std::vector<std::string> names;
  for (const CoefficientInfo& row : coefficient_table()) names.emplace_back(row.name);
  return names;
}

// Refuses entries of a map that are not among `known`, then names those that are not there.
void check_keys(const YamlNode& map, const std::string& where, const std::string& what,
                const std::vector<std::string>& known) {
  for (const YamlEntry& entry : map.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    throw Error(
        ErrorId::ConfigUnknownKey, yaml_place(where, entry.line),
        fmt::format("{}unknown key {}, {}", what, escaped(entry.key), suggestion(entry.key, known)),
        fmt::format("the keys are {}", fmt::join(known, ", ")));
  }
  for (const std::string& key : known) {
    if (map.find(key) != nullptr) continue;
    throw Error(ErrorId::ConfigMissingKey, place_of(where, map),
                fmt::format("{}missing {}", what, key),
                fmt::format("the keys are {}", fmt::join(known, ", ")));
  }
}

double read_value(const CoefficientInfo& row, const YamlNode& map, const std::string& where) {
  const YamlNode& node = map.find("value")->value;
  const std::string wanted = fmt::format("a number {}..{} {}", row.least, row.most, row.unit);
  const double value = yaml_number(node, where, row.name, wanted);
  if (value < row.least || value > row.most) {
    throw Error(ErrorId::EnergyValue, place_of(where, node),
                fmt::format("{}: {}, must be {}", row.name, value, wanted));
  }
  return value;
}

void check_unit(const CoefficientInfo& row, const YamlNode& map, const std::string& where) {
  const YamlNode& node = map.find("unit")->value;
  const std::string unit = yaml_text(node, where, row.name, "a unit");
  if (unit == row.unit) return;
  throw Error(ErrorId::EnergyUnit, place_of(where, node),
              fmt::format("{}: unit '{}', must be {}", row.name, escaped(unit), row.unit));
}

CoefficientSource read_source(const CoefficientInfo& row, const YamlNode& map,
                              const std::string& where) {
  constexpr Basis kAll[] = {Basis::kRead, Basis::kDerived, Basis::kAssumed, Basis::kRecalled};
  const YamlNode& basis_node = map.find("basis")->value;
  const YamlNode& source_node = map.find("source")->value;
  const std::string basis = yaml_text(basis_node, where, row.name, "a basis V, D, A or R");
  CoefficientSource source;
  source.source = yaml_text(source_node, where, row.name, "a source text");
  const auto found = std::find_if(std::begin(kAll), std::end(kAll), [&](Basis b) {
    return basis == std::string(1, basis_letter(b));
  });
  if (found == std::end(kAll)) {
    throw Error(ErrorId::EnergySource, place_of(where, basis_node),
                fmt::format("{}: basis '{}', must be V, D, A or R", row.name, escaped(basis)));
  }
  source.basis = *found;
  if (source.source.empty()) {
    throw Error(ErrorId::EnergySource, place_of(where, source_node),
                fmt::format("{}: the source is empty", row.name));
  }
  return source;
}

// The map of one coefficient, checked for its four keys.
const YamlNode& coefficient_map(const CoefficientInfo& row, const YamlNode& all,
                                const std::string& where) {
  const YamlEntry* entry = all.find(row.name);
  if (entry == nullptr) {
    throw Error(ErrorId::EnergyMissing, place_of(where, all),
                fmt::format("missing coefficient {} ({}: {})", row.name, row.unit, row.meaning));
  }
  yaml_map(entry->value, where, row.name, fmt::format("a map of {}", kCoefficientKeys));
  check_keys(entry->value, where, fmt::format("{}: ", row.name),
             {"value", "unit", "basis", "source"});
  return entry->value;
}

}  // namespace

const std::vector<CoefficientInfo>& coefficient_table() {
  static const std::vector<CoefficientInfo> table = {
#define VERNIER_COEFFICIENT(member, unit, least, most, meaning) \
  {#member, unit, least, most, meaning},
#include "sim/energy_table.def"
#undef VERNIER_COEFFICIENT
  };
  return table;
}

char basis_letter(Basis basis) {
  switch (basis) {
    case Basis::kRead:
      return 'V';
    case Basis::kDerived:
      return 'D';
    case Basis::kAssumed:
      return 'A';
    case Basis::kRecalled:
      return 'R';
  }
  return '?';
}

double EnergyTable::sram_access_pj(double kib, double width_bits) const {
  check(kib > 0 && width_bits > 0, "an SRAM has a capacity and a word width");
  return sram_scale * std::sqrt(kib) * (sram_fixed + sram_width * width_bits / 64);
}

double EnergyTable::act_access_pj(const HwConfig& c) const {
  const double macros = 2.0 * c.act_mem_pages * c.act_mem_banks;
  return sram_access_pj(c.act_mem_kib / macros, c.act_word_bytes() * kBitsPerByte);
}

double EnergyTable::weight_access_pj(const HwConfig& c) const {
  return sram_access_pj(c.weight_mem_kib, c.array_cols * kBitsPerByte);
}

double EnergyTable::acc_access_pj(const HwConfig& c) const {
  const double width_bits = static_cast<double>(c.array_cols) * c.mac_acc_bits;
  const double kib = c.acc_mem_entries * width_bits / kBitsPerByte / 1024;  // of one buffer
  return sram_access_pj(kib, width_bits) * (1 + sram_port * (kAccPorts - 1));
}

double EnergyTable::param_access_pj() const {
  return sram_access_pj(kParamRecords * kParamRecordBytes / 1024.0,
                        kParamRecordBytes * kBitsPerByte);
}

double EnergyTable::lut_access_pj() const {
  constexpr double kEntryBytes = 4;
  return sram_access_pj(kLutEntries * kEntryBytes / 1024, kEntryBytes * kBitsPerByte);
}

double EnergyTable::lane_lut_access_pj() const {
  return sram_access_pj(kLutEntries / 1024.0, kBitsPerByte);
}

double EnergyTable::program_access_pj(const HwConfig& c) const {
  return sram_access_pj(c.program_mem_kib / 2.0, kInstructionBytes * kBitsPerByte);
}

double EnergyTable::weight_register_pj() const { return flop_bit * kOperandBits; }

EnergyTable parse_energy_table(const std::string& text, const std::string& where) {
  const YamlNode root = parse_yaml(text, where);
  if (const YamlEntry* schema = root.find("schema")) {
    const long long version = yaml_integer(schema->value, where, "schema", "1");
    if (version != 1) {
      throw Error(ErrorId::ConfigSchema, yaml_place(where, schema->line),
                  fmt::format("schema: {}, this program reads schema 1", version));
    }
  }
  check_keys(root, where, "", {"schema", "name", "coefficients"});
  const YamlNode& all =
      yaml_map(root.find("coefficients")->value, where, "coefficients", "a map of coefficients");
  for (const YamlEntry& entry : all.entries) {
    const std::vector<std::string> names = coefficient_names();
    if (std::find(names.begin(), names.end(), entry.key) != names.end()) continue;
    throw Error(ErrorId::EnergyUnknown, yaml_place(where, entry.line),
                fmt::format("unknown coefficient {}, {}", escaped(entry.key),
                            suggestion(entry.key, names, "coefficient")));
  }

  EnergyTable table;
  table.name = escaped(yaml_text(root.find("name")->value, where, "name", "the table's name"));
  table.file = where;
  table.sha256 = sha256_hex(text.data(), text.size());
  std::size_t row = 0;
  const auto read = [&](double& member) {
    const CoefficientInfo& info = coefficient_table()[row++];
    const YamlNode& map = coefficient_map(info, all, where);
    check_unit(info, map, where);
    member = read_value(info, map, where);
    table.sources.push_back(read_source(info, map, where));
  };
#define VERNIER_COEFFICIENT(member, unit, least, most, meaning) read(table.member);
#include "sim/energy_table.def"
#undef VERNIER_COEFFICIENT
  return table;
}

EnergyTable load_energy_table(const std::string& path) {
  const std::vector<std::uint8_t> bytes = read_file(path, YamlLimits{}.bytes);
  return parse_energy_table(std::string(bytes.begin(), bytes.end()), path);
}

EnergyTable find_energy_table(const std::string& name_or_path) {
  if (is_yaml_path(name_or_path)) return load_energy_table(name_or_path);
  const std::vector<std::string> names = shipped_names("energy");
  if (std::find(names.begin(), names.end(), name_or_path) != names.end()) {
    return load_energy_table(shipped_path("energy", name_or_path));
  }
  std::error_code ignored;
  if (std::filesystem::exists(name_or_path, ignored)) return load_energy_table(name_or_path);
  throw Error(ErrorId::EnergyName, configs_dir() + "/energy",
              fmt::format("no energy table '{}', {}", escaped(name_or_path),
                          suggestion(name_or_path, names, "name")));
}

}  // namespace vernier
