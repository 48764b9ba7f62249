#include "hw_models/spec/hw_config_io.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "hw_models/spec/error.h"
#include "hw_models/spec/hw_config_check.h"
#include "hw_models/spec/profiles.h"
#include "hw_models/spec/shipped_files.h"
#include "hw_models/spec/strict_yaml.h"
#include "hw_models/spec/suggest.h"

namespace vernier {
namespace {

constexpr const char* kSchema = "schema";
constexpr const char* kName = "name";
constexpr const char* kEnergyTable = "energy.table";
constexpr const char* kProfile = "profile";  // may be absent
constexpr const char* kNameWanted =
    "1..64 letters, digits, '.', '_' or '-', the first a letter or a digit";
constexpr const char* kTableWanted = "the name of a table in configs/energy or a path";

const std::vector<ParamInfo>& params() {
  static const std::vector<ParamInfo> table = [] {
    std::size_t count = 0;
    const ParamInfo* first = param_table(&count);
    return std::vector<ParamInfo>(first, first + count);
  }();
  return table;
}

// "array" of "array.rows", "" of "clock_mhz".
std::string section_of(const std::string& key) {
  const std::size_t dot = key.find('.');
  return dot == std::string::npos ? "" : key.substr(0, dot);
}

bool is_section(const std::string& word) {
  const std::vector<std::string> words = config_words();
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& key) { return section_of(key) == word; });
}

// The canonical spelling, or "" for an unknown word.
std::string canonical_key(const std::string& word) {
  if (word == kSchema || word == kName || word == kEnergyTable || word == kProfile) return word;
  const ParamInfo* param = find_param_or_alias(word);
  return param == nullptr ? "" : param->key;
}

[[noreturn]] void refuse_unknown(const std::string& word, const std::string& where) {
  std::vector<std::string> words = config_words();
  if (word.find('.') == std::string::npos) {
    for (const std::string& key : config_words()) {
      const std::string section = section_of(key);
      if (!section.empty()) words.push_back(section);
    }
  }
  throw Error(ErrorId::ConfigUnknownKey, where,
              fmt::format("unknown key {}, {}", escaped(word), suggestion(word, words)));
}

void check_name(const std::string& name, const std::string& where) {
  const auto alnum = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const bool legal = !name.empty() && name.size() <= 64 && alnum(name[0]) &&
                     std::all_of(name.begin(), name.end(), [&](char c) {
                       return alnum(c) || c == '.' || c == '_' || c == '-';
                     });
  if (legal) return;
  throw Error(ErrorId::ConfigRange, where,
              fmt::format("name: '{}', must be {}", escaped(name), kNameWanted));
}

void check_table(const std::string& table, const std::string& where) {
  constexpr std::size_t kLongest = 4096;
  const bool legal = !table.empty() && table.size() <= kLongest &&
                     std::none_of(table.begin(), table.end(), [](char c) {
                       return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
                     });
  if (legal) return;
  throw Error(ErrorId::ConfigRange, where,
              fmt::format("energy.table: '{}', must be {}", escaped(table), kTableWanted));
}

void check_profile(const std::string& text, const std::string& where) {
  parse_profiles({text}, where, {}, ErrorId::ConfigProfile);
}

// The keys of one file under their canonical names.
class KeyReader {
 public:
  KeyReader(const YamlNode& root, const std::string& where) : root_(root), where_(where) {
    check_schema();
    for (const YamlEntry& entry : root_.entries) {
      if (!is_section(entry.key)) {
        add(entry.key, entry);
        continue;
      }
      yaml_map(entry.value, where_, entry.key, "a map of its keys");
      for (const YamlEntry& inner : entry.value.entries) add(entry.key + "." + inner.key, inner);
    }
    check_complete();
  }

  bool has(const std::string& key) const { return found_.count(key) != 0; }
  const YamlNode& value(const std::string& key) const { return found_.at(key).entry->value; }
  std::string place(const std::string& key) const {
    return yaml_place(where_, found_.at(key).entry->line);
  }

 private:
  struct Found {
    std::string word;  // as written
    const YamlEntry* entry;
  };

  // Looked at first: the keys of another schema are no mistakes of spelling.
  void check_schema() const {
    const YamlEntry* entry = root_.find(kSchema);
    if (entry == nullptr) return;
    const long long schema = yaml_integer(entry->value, where_, kSchema, "1");
    if (schema == kConfigSchema) return;
    throw Error(ErrorId::ConfigSchema, yaml_place(where_, entry->line),
                fmt::format("schema: {}, this program reads schema {}{}", schema, kConfigSchema,
                            schema > kConfigSchema ? ", the file is for a newer program"
                                                   : ", which is the first"));
  }

  void add(const std::string& word, const YamlEntry& entry) {
    // A dotted key is no spelling of a nested one: two spellings would hide duplicates.
    const std::size_t dot = entry.key.find('.');
    if (dot != std::string::npos && !canonical_key(entry.key).empty()) {
      throw Error(ErrorId::ConfigUnknownKey, yaml_place(where_, entry.line),
                  fmt::format("unknown key {} with a dot in it", entry.key),
                  fmt::format("write {}: {{{}: ...}}", entry.key.substr(0, dot),
                              entry.key.substr(dot + 1)));
    }
    const std::string key = dot == std::string::npos ? canonical_key(word) : "";
    if (key.empty()) refuse_unknown(word, yaml_place(where_, entry.line));
    const auto [at, is_new] = found_.insert({key, {word, &entry}});
    if (is_new) return;
    const Found& first = at->second;
    throw Error(ErrorId::ConfigDuplicate, yaml_place(where_, entry.line),
                fmt::format("{} on line {} and {} on line {} are the same key {}", first.word,
                            first.entry->line, word, entry.line, key));
  }

  void check_complete() const {
    std::string missing;
    int first_line = 0;
    const auto need = [&](const std::string& key) {
      if (found_.count(key) != 0) return;
      const std::string section = section_of(key);
      const YamlEntry* parent = section.empty() ? nullptr : root_.find(section);
      const int line = parent == nullptr ? root_.line : parent->line;
      if (first_line == 0) first_line = line;
      missing += fmt::format("{}{} ({} line {})", missing.empty() ? "" : ", ", key,
                             parent == nullptr ? "top level," : section + ":", line);
    };
    need(kSchema);
    need(kName);
    for (const ParamInfo& param : params()) need(param.key);
    need(kEnergyTable);
    if (missing.empty()) return;
    throw Error(ErrorId::ConfigMissingKey, yaml_place(where_, first_line), "missing " + missing);
  }

  const YamlNode& root_;
  const std::string& where_;
  std::map<std::string, Found> found_;
};

HwConfig config_of(const YamlNode& root, const std::string& where) {
  const KeyReader keys(root, where);
  const ParamPlace place = [&](const std::string& key) { return keys.place(key); };
  HwConfig config;
  config.name = yaml_text(keys.value(kName), where, kName, kNameWanted);
  check_name(config.name, place(kName));
  config.energy_table = yaml_text(keys.value(kEnergyTable), where, kEnergyTable, kTableWanted);
  check_table(config.energy_table, place(kEnergyTable));
  if (keys.has(kProfile)) {
    config.profile = yaml_text(keys.value(kProfile), where, kProfile, profile_names());
    check_profile(config.profile, place(kProfile));
  }

  std::map<std::string, long long> values;
  for (const ParamInfo& param : params()) {
    values[param.key] = yaml_integer(keys.value(param.key), where, param.key,
                                     "a whole number, " + param_range(param));
  }
  check_machine_size([&](const std::string& key) { return values.at(key); }, place);
  for (const ParamInfo& param : params()) {
    check_param(param, values.at(param.key), place(param.key));
    config.*param.member = static_cast<int>(values.at(param.key));
  }
  validate(config, place);
  return config;
}

}  // namespace

std::vector<std::string> config_words() {
  std::vector<std::string> words = {kSchema, kName};
  for (const ParamInfo& param : params()) words.emplace_back(param.key);
  words.emplace_back(kEnergyTable);
  words.emplace_back(kProfile);
  std::size_t count = 0;
  const AliasInfo* aliases = alias_table(&count);
  for (std::size_t i = 0; i < count; ++i) words.emplace_back(aliases[i].word);
  return words;
}

HwConfig parse_config(const std::string& text, const std::string& where) {
  return config_of(parse_yaml(text, where), where);
}

HwConfig load_config(const std::string& path) {
  HwConfig config = config_of(load_yaml(path), path);
  const std::filesystem::path table = config.energy_table;
  if (is_yaml_path(config.energy_table) && table.is_relative()) {
    config.energy_table = (std::filesystem::path(path).parent_path() / table).string();
  }
  return config;
}

std::string config_path(const std::string& name_or_path) {
  if (is_yaml_path(name_or_path)) return name_or_path;
  const std::vector<std::string> names = shipped_names("hw");
  if (std::find(names.begin(), names.end(), name_or_path) != names.end()) {
    return shipped_path("hw", name_or_path);
  }
  std::error_code ignored;
  if (std::filesystem::exists(name_or_path, ignored)) return name_or_path;
  throw Error(ErrorId::ConfigName, configs_dir() + "/hw",
              fmt::format("no configuration '{}', {}", escaped(name_or_path),
                          suggestion(name_or_path, names, "name")),
              fmt::format("give one of {} or the path of a YAML file", fmt::join(names, ", ")));
}

HwConfig find_config(const std::string& name_or_path) {
  return load_config(config_path(name_or_path));
}

std::string config_yaml(const HwConfig& config) {
  std::string text;
  const auto put = [&](const std::string& key, const std::string& value,
                       const std::string& comment) {
    const std::string section = section_of(key);
    const std::string line = section.empty()
                                 ? fmt::format("{}: {}", key, value)
                                 : fmt::format("  {}: {}", key.substr(section.size() + 1), value);
    text += fmt::format("{:<24}# {}\n", line, comment);
  };
  put(kSchema, std::to_string(kConfigSchema), "version of this file's keys");
  put(kName, yaml_scalar(config.name), "free text");
  std::string open;
  for (const ParamInfo& param : params()) {
    const std::string section = section_of(param.key);
    if (!section.empty() && section != open) text += section + ":\n";
    open = section;
    put(param.key, std::to_string(config.*param.member),
        fmt::format("{}: {}", param.unit, param.meaning));
  }
  text += "energy:\n";
  put(kEnergyTable, yaml_scalar(config.energy_table), kTableWanted);
  put(kProfile, yaml_scalar(config.profile), "rounding: " + profile_names());
  return text;
}

void set_param(HwConfig& config, const std::string& key, long long value,
               const std::string& where) {
  const ParamInfo* param = find_param_or_alias(key);
  if (param == nullptr) {
    if (canonical_key(key).empty()) refuse_unknown(key, where);
    throw Error(ErrorId::ConfigType, where, fmt::format("{}: {}, is not a number key", key, value));
  }
  check_param(*param, value, where);
  config.*param->member = static_cast<int>(value);
}

void set_param_text(HwConfig& config, const std::string& key, const std::string& text,
                    const std::string& where) {
  if (key == kName) {
    check_name(text, where);
    config.name = text;
  } else if (key == kEnergyTable) {
    check_table(text, where);
    config.energy_table = text;
  } else if (key == kProfile) {
    check_profile(text, where);
    config.profile = text;
  } else if (const ParamInfo* param = find_param_or_alias(key)) {
    YamlNode node;
    node.kind = YamlNode::Kind::kScalar;
    node.text = text;
    node.line = 0;
    set_param(config, key, yaml_integer(node, where, key, "a whole number, " + param_range(*param)),
              where);
  } else {
    set_param(config, key, 0, where);
  }
}

}  // namespace vernier
