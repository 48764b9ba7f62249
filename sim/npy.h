// numpy's .npy files: a strict reader of formats 1.0 to 3.0 and a writer of numpy.save's bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/spec/tensor.h"

namespace vernier {

struct NpyLimits {
  std::uint64_t file_bytes = std::uint64_t{4} << 30;
  std::uint64_t header_bytes = 64 << 10;
  std::int64_t elements = INT32_MAX;
};

// Reads a regular file. Types |i1 |u1 |b1 <i2 <i4 <i8 <f4, C order, every dimension >= 1; the data
// must fill the shape exactly. Throws Error(File.. or Npy..) naming the file and what it holds.
Tensor read_npy(const std::string& path, const NpyLimits& limits = {});
// As read_npy, of bytes; `where` names them in errors.
Tensor parse_npy(const std::vector<std::uint8_t>& bytes, const std::string& where,
                 const NpyLimits& limits = {});

// The bytes that numpy.save writes for this tensor.
std::vector<std::uint8_t> npy_bytes(const Tensor& tensor);

}  // namespace vernier
