// Machine configurations in and out: strict YAML, shipped names, single keys by name.
#pragma once

#include <string>
#include <vector>

#include "hw_models/spec/hw_config.h"

namespace vernier {

inline constexpr int kConfigSchema = 1;

// Reads and validates a configuration: every key present but `profile`,
// which may be absent, none unknown or twice. An energy table
// given as a relative path is taken relative to the file. Throws Error(Config...) or Error(File...)
// at "path:line".
HwConfig load_config(const std::string& path);
// The same from text; `where` names it in messages.
HwConfig parse_config(const std::string& text, const std::string& where);

// The file of a shipped name ("base16") or the path itself. Throws Error(ConfigName) for a name
// that is neither shipped nor a file.
std::string config_path(const std::string& name_or_path);
// load_config of config_path.
HwConfig find_config(const std::string& name_or_path);

// All keys in canonical spelling and table order, each with its unit and meaning as a comment;
// parse_config gives the same configuration back.
std::string config_yaml(const HwConfig& config);

// Sets one key, canonical or alias, and checks its range; constraints between keys are left to
// validate(), so several keys can change in any order. Throws Error(ConfigUnknownKey) with the
// nearest key, Error(ConfigRange).
void set_param(HwConfig& config, const std::string& key, long long value, const std::string& where);
// The same for a value as text, which also reaches `name`, `energy.table` and `profile`.
void set_param_text(HwConfig& config, const std::string& key, const std::string& text,
                    const std::string& where);

// Every word that a configuration accepts as a key, dotted: canonical keys, schema, name,
// energy.table, profile, then aliases.
std::vector<std::string> config_words();

}  // namespace vernier
