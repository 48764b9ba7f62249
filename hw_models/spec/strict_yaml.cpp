#include "hw_models/spec/strict_yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "hw_models/spec/error.h"

namespace vernier {
namespace {

constexpr std::size_t kLongestWhere = 160;  // Error shows 200 characters of a place

bool all_of(std::string_view text, const char* set) {
  return !text.empty() && text.find_first_not_of(set) == std::string_view::npos;
}
constexpr const char* kDigits = "0123456789";

// Digits that a whole number was meant to be, e.g. "8 or 10" for 010; "" when there is no guess.
std::string integer_guess(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    unsigned long long value = 0;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data() + 2, end, value, 16);
    return result.ec == std::errc() && result.ptr == end ? std::to_string(value) : "";
  }
  std::string digits;
  for (const char c : text) {
    if (c != '_') digits += c;
  }
  const std::size_t point = digits.find('.');
  if (point != std::string::npos && digits.find_first_not_of('0', point + 1) == std::string::npos) {
    digits.resize(point);
  }
  if (all_of(digits, kDigits) && digits.size() <= 18) {
    const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    const std::string decimal = digits.substr(first);
    if (first == 0 || !all_of(digits, "01234567")) return decimal;
    const std::string octal = std::to_string(std::stoull(digits, nullptr, 8));
    return octal == decimal ? decimal : octal + " or " + decimal;
  }
  double value = 0;
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, value);
  if (result.ec == std::errc() && result.ptr == end && std::fabs(value) < 1e9 &&
      value == std::floor(value)) {
    return fmt::format("{:.0f}", value);
  }
  return "";
}

[[noreturn]] void refuse_kind(const YamlNode& node, const std::string& where,
                              const std::string& key, const std::string& wanted) {
  throw Error(ErrorId::ConfigType, yaml_place(where, node.line),
              fmt::format("{}: {}, must be {}", escaped(key), yaml_shown(node), wanted));
}

void require_plain_scalar(const YamlNode& node, const std::string& where, const std::string& key,
                          const std::string& wanted) {
  if (node.kind != YamlNode::Kind::kScalar) refuse_kind(node, where, key, wanted);
  if (node.quoted) {
    throw Error(
        ErrorId::ConfigType, yaml_place(where, node.line),
        fmt::format("{}: text in quotes ({}), must be {}", escaped(key), yaml_shown(node), wanted),
        "write the number without quotes");
  }
}

// -?digits(.digits)?([eE][+-]?digits)?
bool is_decimal(std::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (!exponent.empty() && (exponent[0] == '-' || exponent[0] == '+')) exponent.remove_prefix(1);
    if (!all_of(exponent, kDigits)) return false;
    text = text.substr(0, e);
  }
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return all_of(text, kDigits);
  return all_of(text.substr(0, point), kDigits) && all_of(text.substr(point + 1), kDigits);
}

}  // namespace

const YamlEntry* YamlNode::find(std::string_view key) const {
  for (const YamlEntry& entry : entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

std::string yaml_place(const std::string& where, int line) {
  if (line <= 0) return where;
  if (where.size() <= kLongestWhere) return fmt::format("{}:{}", where, line);
  return fmt::format("...{}:{}", where.substr(where.size() - kLongestWhere), line);
}

std::string yaml_shown(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "no value (null)";
    case YamlNode::Kind::kScalar:
      return fmt::format("'{}'", escaped(node.text));
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
  }
  return "";
}

long long yaml_integer(const YamlNode& node, const std::string& where, const std::string& key,
                       const std::string& wanted) {
  require_plain_scalar(node, where, key, wanted);
  std::string_view digits = node.text;
  const bool negative = !digits.empty() && digits[0] == '-';
  if (negative) digits.remove_prefix(1);
  const bool leading_zero = digits.size() > 1 && digits[0] == '0';
  const bool minus_zero = negative && digits == "0";
  if (!all_of(digits, kDigits) || leading_zero || minus_zero) {
    const std::string guess = integer_guess(minus_zero ? digits : std::string_view(node.text));
    throw Error(
        ErrorId::ConfigNumber, yaml_place(where, node.line),
        fmt::format("{}: {}, must be {}", escaped(key), yaml_shown(node), wanted),
        guess.empty() ? error_info(ErrorId::ConfigNumber).fix : fmt::format("write {}", guess));
  }
  long long value = 999999999999999999LL;
  if (digits.size() <= 18) std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return negative ? -value : value;
}

double yaml_number(const YamlNode& node, const std::string& where, const std::string& key,
                   const std::string& wanted) {
  require_plain_scalar(node, where, key, wanted);
  double value = 0;
  const char* end = node.text.data() + node.text.size();
  if (is_decimal(node.text)) {
    const auto result = std::from_chars(node.text.data(), end, value);
    if (result.ec == std::errc() && result.ptr == end && std::isfinite(value)) return value;
  }
  throw Error(ErrorId::ConfigNumber, yaml_place(where, node.line),
              fmt::format("{}: {}, must be {}", escaped(key), yaml_shown(node), wanted));
}

std::string yaml_text(const YamlNode& node, const std::string& where, const std::string& key,
                      const std::string& wanted) {
  if (node.kind != YamlNode::Kind::kScalar) refuse_kind(node, where, key, wanted);
  return node.text;
}

const YamlNode& yaml_map(const YamlNode& node, const std::string& where, const std::string& key,
                         const std::string& wanted) {
  if (node.kind != YamlNode::Kind::kMap) refuse_kind(node, where, key, wanted);
  return node;
}

const YamlNode& yaml_list(const YamlNode& node, const std::string& where, const std::string& key,
                          const std::string& wanted) {
  if (node.kind != YamlNode::Kind::kList) refuse_kind(node, where, key, wanted);
  return node;
}

std::string yaml_scalar(std::string_view text) {
  const auto safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '/';
  };
  const bool plain = !text.empty() && text[0] != '-' && std::all_of(text.begin(), text.end(), safe);
  const bool null_word = text == "null" || text == "Null" || text == "NULL";
  if (plain && !null_word) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace vernier
