// SHA-256 of bytes as lower-case hex: what binds programs, models and configurations to each other.
#pragma once

#include <cstddef>
#include <string>

namespace vernier {

// 64 hex digits of the digest of `size` bytes at `data`; `data` may be null when size is 0.
std::string sha256_hex(const void* data, std::size_t size);

}  // namespace vernier
