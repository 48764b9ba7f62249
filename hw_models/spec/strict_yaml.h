// The one door for YAML: a small strict subset, as a tree that knows its lines. Everything that
// makes YAML surprising is refused before a tree exists: anchors, aliases, merge keys, tags,
// directives, several documents, duplicate keys, tabs, and any text over the limits.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

struct YamlLimits {
  std::size_t bytes = std::size_t{1} << 20;
  int depth = 32;  // maps and lists inside each other, the top one counted
  int nodes = 10000;
};

struct YamlEntry;

// One value. Text is as YAML reads it; numbers are not interpreted here.
struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  std::string text;     // kScalar
  bool quoted = false;  // kScalar: in quotes or a block scalar, so never a number
  int line = 1;         // where it begins, from 1
  int column = 1;
  std::vector<YamlNode> items;     // kList
  std::vector<YamlEntry> entries;  // kMap, in the order of the file

  // The entry of a key, or nullptr.
  const YamlEntry* find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  int line = 1;  // of the key
  YamlNode value;
};

// Parses one document whose top is a map; `where` names the text in messages. Throws
// Error(Config...) at "where:line".
YamlNode parse_yaml(std::string_view text, const std::string& where, const YamlLimits& limits = {});
// The same from a regular file; throws Error(File...) as well.
YamlNode load_yaml(const std::string& path, const YamlLimits& limits = {});

// "where:line", with a long path shortened from its front so that the line stays readable; `where`
// alone for line 0 (a value that comes from no file).
std::string yaml_place(const std::string& where, int line);
// "a list", "no value (null)", "'16.0'": a value as messages show it.
std::string yaml_shown(const YamlNode& node);

// A whole number in plain decimal digits, a minus sign allowed. `key` and `wanted` ("a power of two
// 4..64 lanes") go into the message. Values beyond 18 digits saturate, so a range check refuses
// them. Throws Error(ConfigType) for other kinds, Error(ConfigNumber) for 010, 0x10, 1_000, 16.0,
// 1e3, +4, .inf, which also says what to write.
long long yaml_integer(const YamlNode& node, const std::string& where, const std::string& key,
                       const std::string& wanted);
// A decimal number: digits, at most one point with digits on both sides, an exponent allowed;
// always finite. Throws as yaml_integer does.
double yaml_number(const YamlNode& node, const std::string& where, const std::string& key,
                   const std::string& wanted);
// A scalar as text; throws Error(ConfigType) for other kinds.
std::string yaml_text(const YamlNode& node, const std::string& where, const std::string& key,
                      const std::string& wanted);
// The node itself when it is a map (a list); throws Error(ConfigType) otherwise.
const YamlNode& yaml_map(const YamlNode& node, const std::string& where, const std::string& key,
                         const std::string& wanted);
const YamlNode& yaml_list(const YamlNode& node, const std::string& where, const std::string& key,
                          const std::string& wanted);

// A text as a scalar that parse_yaml reads back: plain where that is safe, quoted otherwise.
std::string yaml_scalar(std::string_view text);

}  // namespace vernier
