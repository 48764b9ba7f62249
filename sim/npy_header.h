// The header of a .npy file: a Python dictionary literal with exactly three keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

struct NpyHeader {
  std::string descr;  // "|i1", or the whole list of a structured type
  bool structured = false;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
};

// Parses "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }" and padding behind it. Only
// string, boolean and tuple-of-integers literals are read; nothing is evaluated. Throws
// Error(NpyFormat) naming the byte of the header.
NpyHeader parse_npy_header(std::string_view text, const std::string& where);

}  // namespace vernier
