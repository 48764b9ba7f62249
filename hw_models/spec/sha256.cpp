#include "hw_models/spec/sha256.h"

#include <openssl/evp.h>

#include "hw_models/spec/error.h"

namespace vernier {

std::string sha256_hex(const void* data, std::size_t size) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  check(EVP_Digest(data, size, digest, &length, EVP_sha256(), nullptr) == 1 && length == 32,
        "OpenSSL refuses SHA-256");
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

}  // namespace vernier
