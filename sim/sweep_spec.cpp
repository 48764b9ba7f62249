#include "sim/sweep_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "hw_models/spec/error.h"
#include "hw_models/spec/hw_config_io.h"
#include "hw_models/spec/shipped_files.h"
#include "hw_models/spec/strict_yaml.h"
#include "hw_models/spec/suggest.h"

namespace vernier {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEnergyTable = "energy.table";
constexpr const char* kBuiltin = "builtin";
constexpr long long kValuesMost = 100000;  // of one axis
constexpr const char* kAxisWanted = "a list of values, {log2: [lo, hi]} or {range: [lo, hi, step]}";

const std::vector<std::string>& top_keys() {
  static const std::vector<std::string> keys = {"schema", "base", "axes", "zip", "where", "models"};
  return keys;
}

// The words that an axis may have: configuration words without what identifies a file.
std::vector<std::string> axis_words() {
  std::vector<std::string> words;
  for (const std::string& word : config_words()) {
    if (word != "schema" && word != "name") words.push_back(word);
  }
  return words;
}

class SpecReader {
 public:
  explicit SpecReader(const std::string& path) : path_(path), root_(load_yaml(path)) {}

  SweepSpec read() {
    spec_.file = path_;
    spec_.file_name = fs::path(path_).filename().string();
    check_top();
    read_base();
    const YamlNode& axes = yaml_map(value("axes"), path_, "axes", "a map of keys to values");
    for (const YamlEntry& entry : axes.entries) read_axis(entry);
    read_zip();
    read_where();
    read_models();
    return std::move(spec_);
  }

 private:
  const YamlNode& value(const char* key) const { return root_.find(key)->value; }
  std::string place(int line) const { return yaml_place(path_, line); }

  void check_top() {
    if (const YamlEntry* entry = root_.find("schema")) {
      const long long schema = yaml_integer(entry->value, path_, "schema", "1");
      if (schema != 1) {
        throw Error(ErrorId::ConfigSchema, place(entry->line),
                    fmt::format("schema: {}, this program reads schema 1", schema),
                    "write schema: 1");
      }
    }
    const std::string keys = fmt::format("the keys are {}", fmt::join(top_keys(), ", "));
    for (const YamlEntry& entry : root_.entries) {
      if (std::find(top_keys().begin(), top_keys().end(), entry.key) != top_keys().end()) continue;
      throw Error(
          ErrorId::ConfigUnknownKey, place(entry.line),
          fmt::format("unknown key {}, {}", escaped(entry.key), suggestion(entry.key, top_keys())),
          keys);
    }
    for (const char* key : {"schema", "base", "axes", "models"}) {
      if (root_.find(key) != nullptr) continue;
      throw Error(ErrorId::ConfigMissingKey, place(root_.line), fmt::format("missing {}", key),
                  keys + "; zip and where may be left out");
    }
  }

  // A path beside the sweep file, else in the working directory.
  std::string resolve(const std::string& text, const char* key, int line) const {
    std::error_code ignored;
    const fs::path beside = fs::path(path_).parent_path() / text;
    if (fs::exists(beside, ignored)) return beside.string();
    if (fs::exists(text, ignored)) return text;
    throw Error(ErrorId::FileOpen, place(line),
                fmt::format("{}: no file '{}' beside the sweep file nor in the working directory",
                            key, escaped(text)));
  }

  void read_base() {
    const YamlNode& node = value("base");
    spec_.base_name = yaml_text(node, path_, "base", "a shipped configuration or a path");
    const bool is_path = is_yaml_path(spec_.base_name);
    spec_.base_path =
        is_path ? resolve(spec_.base_name, "base", node.line) : config_path(spec_.base_name);
    spec_.base = load_config(spec_.base_path);
  }

  void read_axis(const YamlEntry& entry) {
    SweepAxis axis;
    axis.line = entry.line;
    axis.key = canonical(entry.key, entry.line);
    axis.param = find_param(axis.key);
    for (const SweepAxis& other : spec_.axes) {
      if (other.key != axis.key) continue;
      throw Error(ErrorId::ConfigDuplicate, place(entry.line),
                  fmt::format("{} is {}, an axis on line {} already", escaped(entry.key), axis.key,
                              other.line));
    }
    if (axis.param == nullptr) {
      read_tables(entry, &axis);
    } else if (entry.value.kind == YamlNode::Kind::kMap) {
      read_series(entry, &axis);
    } else {
      const YamlNode& list = yaml_list(entry.value, path_, axis.key, kAxisWanted);
      for (const YamlNode& item : list.items) {
        axis.numbers.push_back(yaml_integer(item, path_, axis.key, number_wanted(axis)));
      }
    }
    if (axis.size() == 0) {
      throw Error(ErrorId::SweepAxis, place(entry.line), fmt::format("{}: no values", axis.key));
    }
    spec_.axes.push_back(std::move(axis));
  }

  std::string canonical(const std::string& word, int line) const {
    if (word == kEnergyTable) return word;
    const ParamInfo* param = find_param_or_alias(word);
    if (param != nullptr) return param->key;
    throw Error(ErrorId::ConfigUnknownKey, place(line),
                fmt::format("unknown key {}, {}", escaped(word), suggestion(word, axis_words())));
  }

  static std::string number_wanted(const SweepAxis& axis) {
    return "a whole number, " + param_range(*axis.param);
  }

  void read_tables(const YamlEntry& entry, SweepAxis* axis) const {
    const YamlNode& list = yaml_list(entry.value, path_, axis->key, "a list of energy tables");
    for (const YamlNode& item : list.items) {
      const std::string name =
          yaml_text(item, path_, axis->key, "the name of a table in configs/energy or a path");
      axis->names.push_back(name);
      axis->tables.push_back(is_yaml_path(name) ? resolve(name, kEnergyTable, item.line) : name);
    }
  }

  // {log2: [lo, hi]}: lo, 2 lo, 4 lo ... up to hi. {range: [lo, hi, step]}: lo, lo + step ... up to
  // hi.
  void read_series(const YamlEntry& entry, SweepAxis* axis) const {
    const auto refuse = [&](int line, const std::string& what) {
      throw Error(ErrorId::SweepAxis, place(line), fmt::format("{}: {}", axis->key, what));
    };
    const std::vector<std::string> kinds = {"log2", "range"};
    const auto& entries = entry.value.entries;
    if (entries.size() != 1) refuse(entry.line, fmt::format("must be {}", kAxisWanted));
    const std::string& kind = entries[0].key;
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
      throw Error(
          ErrorId::ConfigUnknownKey, place(entries[0].line),
          fmt::format("{}: unknown key {}, {}", axis->key, escaped(kind), suggestion(kind, kinds)),
          fmt::format("give {}", kAxisWanted));
    }
    const bool doubles = kind == "log2";
    const char* form = doubles ? "[lo, hi]" : "[lo, hi, step]";
    const YamlNode& list = yaml_list(entries[0].value, path_, kind, form);
    if (list.items.size() != (doubles ? 2 : 3)) {
      refuse(list.line,
             fmt::format("{} has {} numbers, must be {}", kind, list.items.size(), form));
    }
    std::vector<long long> n;
    for (const YamlNode& item : list.items) {
      n.push_back(yaml_integer(item, path_, axis->key, number_wanted(*axis)));
    }
    if (n[0] > n[1]) refuse(list.line, fmt::format("{}: lo {} is above hi {}", kind, n[0], n[1]));
    if (doubles && n[0] < 1) refuse(list.line, fmt::format("log2: lo {}, must be 1 or more", n[0]));
    if (!doubles && n[2] < 1) {
      refuse(list.line, fmt::format("range: step {}, must be 1 or more", n[2]));
    }
    if (!doubles && (n[1] - n[0]) / n[2] >= kValuesMost) {
      refuse(list.line, fmt::format("range: more than {} values", kValuesMost));
    }
    for (long long v = n[0]; v <= n[1]; v = doubles ? 2 * v : v + n[2]) axis->numbers.push_back(v);
  }

  void read_zip() {
    std::vector<bool> grouped(spec_.axes.size());
    std::vector<std::vector<std::size_t>> zipped;
    if (const YamlEntry* entry = root_.find("zip")) {
      const char* wanted = "a list of lists of keys";
      for (const YamlNode& group : yaml_list(entry->value, path_, "zip", wanted).items) {
        zipped.push_back(read_group(yaml_list(group, path_, "zip", wanted), &grouped));
      }
    }
    // A group stands where its first axis stands.
    for (std::size_t a = 0; a < spec_.axes.size(); ++a) {
      if (!grouped[a]) zipped.push_back({a});
    }
    std::sort(zipped.begin(), zipped.end());
    spec_.groups = std::move(zipped);
    for (const auto& group : spec_.groups) check_distinct(group);
  }

  std::vector<std::size_t> read_group(const YamlNode& list, std::vector<bool>* grouped) const {
    std::vector<std::size_t> group;
    for (const YamlNode& item : list.items) {
      const std::string word = yaml_text(item, path_, "zip", "a key");
      const std::string key = canonical(word, item.line);
      std::size_t a = 0;
      while (a < spec_.axes.size() && spec_.axes[a].key != key) ++a;
      if (a == spec_.axes.size()) {
        throw Error(ErrorId::SweepAxis, place(item.line),
                    fmt::format("zip: {} is not an axis", escaped(word)),
                    "give its values under axes");
      }
      if ((*grouped)[a]) {
        throw Error(ErrorId::ConfigDuplicate, place(item.line),
                    fmt::format("zip: {} stands in zip already", key));
      }
      (*grouped)[a] = true;
      group.push_back(a);
      const SweepAxis& first = spec_.axes[group[0]];
      const SweepAxis& axis = spec_.axes[a];
      if (axis.size() != first.size()) {
        throw Error(ErrorId::SweepAxis, place(item.line),
                    fmt::format("zip: {} has {} values, {} has {}", axis.key, axis.size(),
                                first.key, first.size()),
                    "give keys that move together equally many values");
      }
    }
    if (group.size() < 2) {
      throw Error(ErrorId::SweepAxis, place(list.line),
                  "zip: keys that move together are at least 2", "write zip: [[key, key]]");
    }
    std::sort(group.begin(), group.end());
    return group;
  }

  // The same value twice would be the same points twice.
  void check_distinct(const std::vector<std::size_t>& group) const {
    const SweepAxis& first = spec_.axes[group[0]];
    std::set<std::vector<std::string>> seen;
    for (std::size_t i = 0; i < first.size(); ++i) {
      std::vector<std::string> values;
      for (const std::size_t a : group) values.push_back(spec_.axes[a].text(i));
      if (seen.insert(values).second) continue;
      throw Error(ErrorId::ConfigDuplicate, place(first.line),
                  fmt::format("{}: {} is given twice", first.key,
                              escaped(fmt::format("{}", fmt::join(values, ", ")))),
                  "give every value once");
    }
  }

  void read_where() {
    const YamlEntry* entry = root_.find("where");
    if (entry == nullptr) return;
    const char* wanted = "a list of conditions in quotes";
    for (const YamlNode& item : yaml_list(entry->value, path_, "where", wanted).items) {
      spec_.where.emplace_back(yaml_text(item, path_, "where", wanted), place(item.line));
    }
  }

  void read_models() {
    const YamlNode& list =
        yaml_list(value("models"), path_, "models", "a list of .tflite paths or builtin");
    for (const YamlNode& item : list.items) {
      SweepModel model;
      model.line = item.line;
      model.name = yaml_text(item, path_, "models", "a .tflite path or builtin");
      for (const SweepModel& other : spec_.models) {
        if (other.name != model.name) continue;
        throw Error(
            ErrorId::ConfigDuplicate, place(item.line),
            fmt::format("models: {} stands on line {} already", escaped(model.name), other.line),
            "give every model once");
      }
      model.path = model.name == kBuiltin ? configs_dir() + "/models/builtin.tflite"
                                          : resolve(model.name, "models", item.line);
      spec_.models.push_back(std::move(model));
    }
    if (spec_.models.empty()) {
      throw Error(ErrorId::SweepPoints, place(list.line), "models: none given",
                  "give at least one, for example builtin");
    }
  }

  const std::string& path_;
  YamlNode root_;
  SweepSpec spec_;
};

}  // namespace

std::string SweepAxis::text(std::size_t i) const {
  return param != nullptr ? std::to_string(numbers[i]) : names[i];
}

SweepSpec load_sweep(const std::string& path) { return SpecReader(path).read(); }

}  // namespace vernier
