// Fields of CSV files, RFC 4180.
#pragma once

#include <string>

namespace vernier {

// printable() text as a field, quoted where a comma or a quote asks for it.
std::string csv_quoted(const std::string& text);

}  // namespace vernier
