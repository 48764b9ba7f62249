#include "hw_models/spec/yaml_bytes.h"

#include <fmt/format.h>

#include <cstddef>

#include "hw_models/spec/error.h"

namespace vernier {
namespace {

unsigned byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

// Length of the well-formed UTF-8 sequence at i (RFC 3629: shortest form, no surrogates, at most
// U+10FFFF), or 0.
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const unsigned lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || i + length > text.size()) return 0;
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte_at(text, i + k) & 0xc0U) != 0x80U) return 0;
  }
  const unsigned second = byte_at(text, i + 1);
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool surrogate = lead == 0xed && second >= 0xa0;
  const bool beyond = lead == 0xf4 && second >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

bool looks_like_utf16(std::string_view text) {
  const unsigned a = byte_at(text, 0);
  const unsigned b = byte_at(text, 1);
  if ((a == 0xff && b == 0xfe) || (a == 0xfe && b == 0xff)) return true;
  return text.size() >= 2 && ((a == 0 && b != 0) || (a != 0 && b == 0));
}

}  // namespace

std::string checked_yaml_text(std::string_view text, const std::string& where,
                              const YamlLimits& limits) {
  if (text.size() > limits.bytes) {
    throw Error(ErrorId::ConfigLimit, where,
                fmt::format("{} bytes, at most {} are read", text.size(), limits.bytes));
  }
  if (looks_like_utf16(text)) {
    throw Error(ErrorId::ConfigBytes, yaml_place(where, 1), "UTF-16 text, must be UTF-8");
  }
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);

  std::string out;
  out.reserve(text.size());
  int line = 1;
  std::size_t line_start = 0;
  // Brackets open at this place. Counted in strings and comments too: a bound on what the YAML
  // library will nest, not a parse.
  int open = 0;
  const auto refuse = [&](std::size_t i, const std::string& what) {
    throw Error(ErrorId::ConfigBytes, yaml_place(where, line),
                fmt::format("column {}: {}", i - line_start + 1, what));
  };
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t length = utf8_length(text, i);
    if (length == 0) refuse(i, fmt::format("byte 0x{:02x} is not UTF-8", byte_at(text, i)));
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      ++i;
      continue;
    }
    if (c == '\t') refuse(i, "a tab, indent with spaces");
    if (c == '\0') refuse(i, "a NUL byte");
    if (c == '\r') refuse(i, "a carriage return without a line feed");
    if ((byte_at(text, i) < 0x20 && c != '\n') || c == 0x7f) {
      refuse(i, fmt::format("control character 0x{:02x}", byte_at(text, i)));
    }
    if (c == '%' && i == line_start) {
      throw Error(ErrorId::ConfigTag, yaml_place(where, line), "a directive (%)");
    }
    if (c == '[' || c == '{') ++open;
    if ((c == ']' || c == '}') && open > 0) --open;
    if (open > limits.depth) {
      throw Error(ErrorId::ConfigLimit, yaml_place(where, line),
                  fmt::format("more than {} brackets open", limits.depth));
    }
    out.append(text.substr(i, length));
    i += length;
    if (c == '\n') {
      ++line;
      line_start = i;
    }
  }
  return out;
}

}  // namespace vernier
