// Shapes, element types and owned tensor bytes with exact equality.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vernier {

enum class DType { kInt8, kUint8, kInt16, kInt32, kInt64, kFloat32, kBool };

// Bytes of one element.
int dtype_bytes(DType type);
// numpy's name: "int8".
const char* dtype_name(DType type);

using Shape = std::vector<int>;  // outermost dimension first; every dimension >= 1

// Number of elements; shapes are bounded when a model is read, so this cannot overflow.
std::int64_t element_count(const Shape& shape);
// "1x32x32x16"; "scalar" for rank 0.
std::string shape_text(const Shape& shape);

// Dense row-major data in the host's little-endian order.
struct Tensor {
  DType dtype = DType::kInt8;
  Shape shape;
  std::vector<std::uint8_t> bytes;  // element_count(shape) * dtype_bytes(dtype)

  Tensor() = default;
  Tensor(DType type, Shape dims);  // zero-filled

  const std::int8_t* i8() const { return reinterpret_cast<const std::int8_t*>(bytes.data()); }
  std::int8_t* i8() { return reinterpret_cast<std::int8_t*>(bytes.data()); }
  // Element i widened; for the integer types of at most 32 bits.
  std::int32_t at(std::int64_t i) const;
  bool operator==(const Tensor& other) const {
    return dtype == other.dtype && shape == other.shape && bytes == other.bytes;
  }
};

}  // namespace vernier
