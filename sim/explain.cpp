#include "sim/explain.h"

#include <fmt/format.h>

#include <vector>

#include "hw_models/spec/error.h"
#include "hw_models/spec/hw_config_io.h"
#include "hw_models/spec/profiles.h"
#include "hw_models/spec/suggest.h"
#include "sim/energy_table.h"

namespace vernier {
namespace {

// The keys that are no machine parameters.
struct TextKey {
  const char* key;
  const char* range;
  const char* initial;
  const char* meaning;
  const char* changes;
};
constexpr TextKey kTextKeys[] = {
    {"schema", "1", "1", "version of the configuration's keys",
     "nothing; other versions are refused"},
    {"name", "1..64 letters, digits, . _ -", "base16", "name of the machine in reports",
     "nothing; it is not part of the configuration's hash"},
    {"energy.table", "a name in configs/energy or a path, relative to the configuration file",
     "45nm", "coefficients of energy, leakage and area",
     "energy and area; not values, not cycles, not the configuration's hash"},
    {"profile", "NAME, or NAME,OP=NAME,... with OP an operator's index or type; may be absent",
     "tflm", "how operators round, unless --profile says otherwise",
     "values; not cycles, not the configuration's hash"},
};

const std::vector<ParamInfo>& params() {
  static const std::vector<ParamInfo> table = [] {
    std::size_t count = 0;
    const ParamInfo* first = param_table(&count);
    return std::vector<ParamInfo>(first, first + count);
  }();
  return table;
}

const std::vector<AliasInfo>& aliases() {
  static const std::vector<AliasInfo> table = [] {
    std::size_t count = 0;
    const AliasInfo* first = alias_table(&count);
    return std::vector<AliasInfo>(first, first + count);
  }();
  return table;
}

std::string aliases_of(const std::string& key) {
  std::string words;
  for (const AliasInfo& alias : aliases()) {
    if (key == alias.key) words += (words.empty() ? "" : ", ") + std::string(alias.word);
  }
  return words.empty() ? "none" : words;
}

std::string key_text(const std::string& key, const std::string& meaning, const std::string& range,
                     const std::string& initial, const std::string& changes) {
  return fmt::format(
      "{}\n  meaning  {}\n  range    {}\n  default  {}\n  changes  {}\n  aliases  {}\n", key,
      meaning, range, initial, changes, aliases_of(key));
}

std::string param_text(const ParamInfo& param) {
  return key_text(param.key, param.meaning, param_range(param),
                  fmt::format("{} {}", param.initial, param.unit), param.changes);
}

// The keys below "array.", or "".
std::string section_text(const std::string& section) {
  std::string text;
  for (const ParamInfo& param : params()) {
    if (std::string(param.key).rfind(section + ".", 0) == 0) text += param_text(param);
  }
  return text;
}

std::string coefficient_text(const CoefficientInfo& row) {
  return fmt::format(
      "{} (coefficient of the energy table)\n  meaning  {}\n  unit     {}\n  range    {}..{}\n",
      row.name, row.meaning, row.unit, row.least, row.most);
}

std::string error_text(const ErrorInfo& row) {
  return fmt::format("{}\n  meaning  {}\n  fix      {}\n  exit     {}\n", row.id, row.what, row.fix,
                     row.exit_code);
}

// Which operators of a profile the machine runs.
const char* machine_text(const ProfileInfo& row) {
  if (!machine_has(row.convolution)) return "no operator that rounds";
  return machine_has(row.fully_connected) ? "all" : "all but FULLY_CONNECTED";
}

std::string profiles_text() {
  std::string text;
  for (const ProfileInfo& row : profile_table()) {
    text +=
        fmt::format("  {:<10} {} (on the machine: {})\n", row.name, row.meaning, machine_text(row));
  }
  return text;
}

}  // namespace

std::string explain(const std::string& key) {
  std::vector<std::string> words = config_words();
  for (const TextKey& text : kTextKeys) {
    if (key == text.key) {
      std::string all = key_text(text.key, text.meaning, text.range, text.initial, text.changes);
      if (key == "profile") all += profiles_text();
      return all;
    }
  }
  if (const ParamInfo* param = find_param_or_alias(key)) return param_text(*param);
  if (key == "energy") return explain("energy.table");
  if (const std::string section = section_text(key); !section.empty()) return section;
  for (const CoefficientInfo& row : coefficient_table()) {
    if (key == row.name) return coefficient_text(row);
    words.emplace_back(row.name);
  }
  std::size_t count = 0;
  const ErrorInfo* errors = error_table(&count);
  for (std::size_t i = 0; i < count; ++i) {
    if (key == errors[i].id) return error_text(errors[i]);
    words.emplace_back(errors[i].id);
  }
  throw Error(ErrorId::ExplainKey, "explain",
              fmt::format("'{}' is not known, {}", escaped(key), suggestion(key, words, "word")));
}

std::string config_diff(const HwConfig& a, const HwConfig& b) {
  std::string text;
  const auto put = [&](const std::string& key, const std::string& x, const std::string& y,
                       const std::string& unit) {
    if (x == y) return;
    text += fmt::format("{:<22}{} -> {}{}{}\n", key, escaped(x), escaped(y),
                        unit.empty() ? "" : " ", unit);
  };
  put("name", a.name, b.name, "");
  for (const ParamInfo& param : params()) {
    put(param.key, std::to_string(a.*param.member), std::to_string(b.*param.member), param.unit);
  }
  put("energy.table", a.energy_table, b.energy_table, "");
  put("profile", a.profile, b.profile, "");
  return text.empty() ? "no key differs\n" : text;
}

std::string config_markdown() {
  std::string text =
      "| Key | Default | Range | Meaning | What it changes |\n|---|---|---|---|---|\n";
  const auto put = [&](const std::string& key, const std::string& initial, const std::string& range,
                       const std::string& meaning, const std::string& changes) {
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", key, initial, range, meaning, changes);
  };
  const auto put_text = [&](const TextKey& key) {
    put(key.key, key.initial, key.range, key.meaning, key.changes);
  };
  put_text(kTextKeys[0]);
  put_text(kTextKeys[1]);
  for (const ParamInfo& param : params()) {
    put(param.key, std::to_string(param.initial), param_range(param), param.meaning, param.changes);
  }
  put_text(kTextKeys[2]);
  put_text(kTextKeys[3]);
  text += "\n| Also accepted | For |\n|---|---|\n";
  for (const AliasInfo& alias : aliases()) {
    text += fmt::format("| `{}` | `{}` |\n", alias.word, alias.key);
  }
  text += "\n| Profile | Rounds as | Machine |\n|---|---|---|\n";
  for (const ProfileInfo& row : profile_table()) {
    text += fmt::format("| `{}` | {} | {} |\n", row.name, row.meaning, machine_text(row));
  }
  return text;
}

}  // namespace vernier
