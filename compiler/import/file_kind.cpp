#include "compiler/import/file_kind.h"

#include <fmt/format.h>

#include <string_view>

namespace vernier {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t at;
  std::string_view bytes;
  const char* kind;
};

const Signature kSignatures[] = {
    {0, "PK\x03\x04"sv, "looks like a zip archive (.keras, .npz or .pt)"},
    {0, "\x1f\x8b"sv, "looks like gzip; decompress it first"},
    {0, "\x89HDF"sv, "looks like HDF5 (.h5)"},
    {0, "\x93NUMPY"sv, "looks like a NumPy array (.npy)"},
    {0,
     "\x7f"
     "ELF"sv,
     "looks like an ELF executable"},
    {0, "<"sv, "looks like HTML or XML; was a web page saved instead of the file?"},
    {0, "{"sv, "looks like JSON"},
    {0, "version https://git-lfs"sv, "looks like a Git LFS pointer; fetch the file itself"},
    {4, "VELA"sv, "looks like a Vela command stream"},
};

// ONNX is a protobuf that begins with field 1 (ir_version, a varint) and goes on with a string,
// message or varint field of ModelProto.
bool looks_like_onnx(const std::vector<std::uint8_t>& bytes) {
  if (bytes.size() < 3 || bytes[0] != 0x08 || bytes[1] == 0 || bytes[1] > 30) return false;
  for (const int next : {0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72}) {
    if (bytes[2] == next) return true;
  }
  return false;
}

}  // namespace

std::string file_kind(const std::vector<std::uint8_t>& bytes) {
  if (bytes.empty()) return "is empty (0 bytes)";
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (const auto& s : kSignatures) {
    if (text.size() >= s.at + s.bytes.size() && text.substr(s.at, s.bytes.size()) == s.bytes) {
      return s.kind;
    }
  }
  if (looks_like_onnx(bytes)) return "looks like ONNX, which is not read";
  std::string hex;
  for (std::size_t i = 0; i < bytes.size() && i < 8; ++i) hex += fmt::format(" {:02x}", bytes[i]);
  return fmt::format("begins with{}", hex);
}

}  // namespace vernier
