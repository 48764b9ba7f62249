// .tflite bytes -> checked graph.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/spec/graph.h"

namespace vernier {

struct ImportLimits {
  std::uint64_t file_bytes = 512ull << 20;
  int ops = 10000;
  int tensors = 65536;
  int rank = 6;
  int dim = 1 << 24;
  std::int64_t elements = std::int64_t{1} << 31;
};

// Reads a regular file of at most limits.file_bytes and imports it. Throws Error(Io.. or Tfl..).
Graph import_tflite_file(const std::string& path, const ImportLimits& limits = {});
// Imports bytes; `where` names them in errors and becomes Graph::file.
Graph import_tflite(const std::vector<std::uint8_t>& bytes, const std::string& where,
                    const ImportLimits& limits = {});

}  // namespace vernier
