// What is checked of a YAML text before a YAML library sees it.
#pragma once

#include <string>
#include <string_view>

#include "hw_models/spec/strict_yaml.h"

namespace vernier {

// The text without byte order mark and with LF line ends; line numbers stay. Throws
// Error(ConfigLimit) for size and nesting of brackets, Error(ConfigBytes) for tabs, NUL, control
// characters, lone CR, UTF-16 and invalid UTF-8, Error(ConfigTag) for directives.
std::string checked_yaml_text(std::string_view text, const std::string& where,
                              const YamlLimits& limits);

}  // namespace vernier
