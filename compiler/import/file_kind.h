// What a file that is no .tflite model looks like, for the refusal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vernier {

// "looks like ONNX", "looks like a zip archive", "is empty", or the first bytes in hex.
std::string file_kind(const std::vector<std::uint8_t>& bytes);

}  // namespace vernier
