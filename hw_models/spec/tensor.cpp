#include "hw_models/spec/tensor.h"

#include <cstring>

#include "hw_models/spec/error.h"

namespace vernier {

int dtype_bytes(DType type) {
  switch (type) {
    case DType::kInt8:
    case DType::kUint8:
    case DType::kBool:
      return 1;
    case DType::kInt16:
      return 2;
    case DType::kInt32:
    case DType::kFloat32:
      return 4;
    case DType::kInt64:
      return 8;
  }
  return 0;
}

const char* dtype_name(DType type) {
  switch (type) {
    case DType::kInt8:
      return "int8";
    case DType::kUint8:
      return "uint8";
    case DType::kInt16:
      return "int16";
    case DType::kInt32:
      return "int32";
    case DType::kInt64:
      return "int64";
    case DType::kFloat32:
      return "float32";
    case DType::kBool:
      return "bool";
  }
  return "?";
}

std::int64_t element_count(const Shape& shape) {
  std::int64_t n = 1;
  for (const int d : shape) n *= d;
  return n;
}

std::string shape_text(const Shape& shape) {
  if (shape.empty()) return "scalar";
  std::string text;
  for (const int d : shape) text += (text.empty() ? "" : "x") + std::to_string(d);
  return text;
}

Tensor::Tensor(DType type, Shape dims)
    : dtype(type),
      shape(std::move(dims)),
      bytes(static_cast<std::size_t>(element_count(shape) * dtype_bytes(type))) {}

std::int32_t Tensor::at(std::int64_t i) const {
  const auto* p = bytes.data() + i * dtype_bytes(dtype);
  switch (dtype) {
    case DType::kInt8:
      return static_cast<std::int8_t>(*p);
    case DType::kUint8:
    case DType::kBool:
      return *p;
    case DType::kInt16: {
      std::int16_t v;
      std::memcpy(&v, p, sizeof v);
      return v;
    }
    case DType::kInt32: {
      std::int32_t v;
      std::memcpy(&v, p, sizeof v);
      return v;
    }
    default:
      check(false, "Tensor::at of a type that is no integer of at most 32 bits");
      return 0;
  }
}

}  // namespace vernier
