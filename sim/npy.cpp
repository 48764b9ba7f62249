#include "sim/npy.h"

#include <fmt/format.h>

#include <cstring>
#include <string_view>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "sim/npy_header.h"

namespace vernier {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::string_view kKnownTypes = "|i1 |u1 |b1 <i2 <i4 <i8 <f4";

struct TypeName {
  const char* descr;
  DType type;
};
constexpr TypeName kTypes[] = {
    {"|i1", DType::kInt8},  {"|u1", DType::kUint8}, {"|b1", DType::kBool},   {"<i2", DType::kInt16},
    {"<i4", DType::kInt32}, {"<i8", DType::kInt64}, {"<f4", DType::kFloat32}};

// As Python prints a tuple: "()", "(5,)", "(2, 3)".
template <class Dim>
std::string tuple_text(const std::vector<Dim>& dims) {
  std::string text = "(";
  for (std::size_t i = 0; i < dims.size(); ++i) {
    text += (i > 0 ? ", " : "") + std::to_string(dims[i]);
  }
  return text + (dims.size() == 1 ? ",)" : ")");
}

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The header's bytes between length field and data; `data` becomes the data's offset.
std::string_view header_text(const std::vector<std::uint8_t>& bytes, const std::string& where,
                             const NpyLimits& limits, std::size_t* data) {
  const std::string_view text = text_of(bytes);
  if (text.substr(0, 4) == "PK\x03\x04" || text.substr(0, 4) == "PK\x05\x06") {
    throw Error(ErrorId::NpyArchive, where, "an .npz archive (zip), must be one .npy array",
                "unpack it: numpy.save('x.npy', numpy.load('x.npz')['name'])");
  }
  if (text.size() < 8 || text.substr(0, kMagic.size()) != kMagic) {
    throw Error(
        ErrorId::NpyFormat, where,
        fmt::format("{} bytes that do not begin with \\x93NUMPY and a version", text.size()));
  }
  const int version = bytes[6];
  if (version < 1 || version > 3 || bytes[7] != 0) {
    throw Error(ErrorId::NpyFormat, where,
                fmt::format("format version {}.{}, must be 1.0, 2.0 or 3.0", version, bytes[7]));
  }
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  const std::size_t begin = 8 + length_bytes;
  if (text.size() < begin) {
    throw Error(ErrorId::NpyFormat, where, "the file ends inside the header's length");
  }
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length |= std::uint64_t{bytes[8 + i]} << (8 * i);
  if (length > limits.header_bytes || length > text.size() - begin) {
    throw Error(ErrorId::NpyFormat, where,
                fmt::format("header of {} bytes, the file holds {} and at most {} are read", length,
                            text.size() - begin, limits.header_bytes));
  }
  *data = begin + static_cast<std::size_t>(length);
  return text.substr(begin, static_cast<std::size_t>(length));
}

DType type_of(const NpyHeader& h, const std::string& where) {
  if (h.structured) {
    throw Error(
        ErrorId::NpyType, where,
        fmt::format("structured type {}, must be one of {}", escaped(h.descr), kKnownTypes));
  }
  for (const TypeName& t : kTypes) {
    if (h.descr == t.descr) return t.type;
  }
  // Single bytes have no order; numpy itself writes '|', other writers a '<'.
  if (h.descr == "<i1") return DType::kInt8;
  if (h.descr == "<u1") return DType::kUint8;
  if (h.descr.find('O') != std::string::npos) {
    throw Error(ErrorId::NpyArchive, where,
                fmt::format("type '{}': pickled objects, which are never loaded", escaped(h.descr)),
                "save plain codes: numpy.save(path, numpy.array(a, dtype='int8'))");
  }
  const char* kind = h.descr.substr(0, 1) == ">" ? "big-endian " : "";
  throw Error(ErrorId::NpyType, where,
              fmt::format("{}type '{}', must be one of {}", kind, escaped(h.descr), kKnownTypes));
}

Shape shape_of(const NpyHeader& h, const std::string& where, const NpyLimits& limits) {
  Shape shape;
  std::int64_t count = 1;
  for (const std::int64_t d : h.shape) {
    if (d < 1 || d > limits.elements / count) {
      throw Error(ErrorId::NpyShape, where,
                  fmt::format("shape {}, must have 1 to {} elements", tuple_text(h.shape),
                              limits.elements));
    }
    count *= d;
    shape.push_back(static_cast<int>(d));
  }
  return shape;
}

const char* descr_of(DType type) {
  for (const TypeName& t : kTypes) {
    if (t.type == type) return t.descr;
  }
  check(false, "npy_bytes of an unknown type");
  return "";
}

}  // namespace

Tensor read_npy(const std::string& path, const NpyLimits& limits) {
  return parse_npy(read_file(path, limits.file_bytes), path, limits);
}

Tensor parse_npy(const std::vector<std::uint8_t>& bytes, const std::string& where,
                 const NpyLimits& limits) {
  std::size_t data = 0;
  const NpyHeader h = parse_npy_header(header_text(bytes, where, limits, &data), where);
  const DType type = type_of(h, where);
  if (h.fortran_order) {
    throw Error(ErrorId::NpyOrder, where, "fortran_order True, must be False");
  }
  const Shape shape = shape_of(h, where, limits);
  // Checked before anything of this size is allocated.
  const std::int64_t want = element_count(shape) * dtype_bytes(type);
  const std::size_t have = bytes.size() - data;
  if (static_cast<std::uint64_t>(want) != have) {
    throw Error(ErrorId::NpySize, where,
                fmt::format("{} bytes of data, shape {} of {} takes {}", have, tuple_text(shape),
                            dtype_name(type), want));
  }
  Tensor tensor(type, shape);
  if (want > 0) std::memcpy(tensor.bytes.data(), bytes.data() + data, have);
  return tensor;
}

std::vector<std::uint8_t> npy_bytes(const Tensor& tensor) {
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
                                   descr_of(tensor.dtype), tuple_text(tensor.shape));
  // numpy leaves room for the first dimension to grow to 21 digits in place.
  if (!tensor.shape.empty()) {
    header.append(21 - std::to_string(tensor.shape[0]).size(), ' ');
  }
  // Data begin at a multiple of 64; the header ends with a newline.
  const std::size_t prefix = kMagic.size() + 2 + 2;
  header.append((64 - (prefix + header.size() + 1) % 64) % 64, ' ');
  header += '\n';
  check(header.size() <= 0xffff, "a .npy header of format 1.0");

  std::vector<std::uint8_t> bytes(kMagic.begin(), kMagic.end());
  bytes.reserve(prefix + header.size() + tensor.bytes.size());
  bytes.push_back(1);
  bytes.push_back(0);
  bytes.push_back(static_cast<std::uint8_t>(header.size() & 0xff));
  bytes.push_back(static_cast<std::uint8_t>(header.size() >> 8));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), tensor.bytes.begin(), tensor.bytes.end());
  return bytes;
}

}  // namespace vernier
