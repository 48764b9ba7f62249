#include "sim/rtl_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <string_view>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/sha256.h"

namespace vernier {
namespace {

constexpr std::string_view kSeal = "\nVERNIER SEAL 1 ";
constexpr std::size_t kDigest = 64;
constexpr std::uint64_t kLibraryLimit = std::uint64_t{1} << 30;

void check_seal(const std::string& path) {
  const auto bytes = read_file(path, kLibraryLimit);
  const std::size_t tail = kSeal.size() + kDigest;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.size() < tail || text.substr(text.size() - tail, kSeal.size()) != kSeal) {
    throw Error(ErrorId::PluginMismatch, path,
                fmt::format("damaged: {} bytes without a seal at the end", bytes.size()));
  }
  const std::string found = sha256_hex(bytes.data(), bytes.size() - tail);
  const std::string_view sealed = text.substr(text.size() - kDigest);
  if (found != sealed) {
    throw Error(
        ErrorId::PluginMismatch, path,
        fmt::format("damaged: SHA-256 {:.12}..., sealed with {:.12}...", found, escaped(sealed)));
  }
}

void expect(const std::string& path, bool same, const char* what, const std::string& found,
            const std::string& wanted) {
  if (same) return;
  throw Error(ErrorId::PluginMismatch, path,
              fmt::format("{} {}, must be {}", what, escaped(found), wanted));
}

std::string geometry_text(const VernierUnitsGeometry& g) {
  return fmt::format("{}x{} acc_bits {} lanes {}", g.rows, g.cols, g.acc_bits, g.lanes);
}

}  // namespace

void save_units_library(const std::string& path, std::vector<std::uint8_t> bytes) {
  const std::string seal = std::string(kSeal) + sha256_hex(bytes.data(), bytes.size());
  bytes.insert(bytes.end(), seal.begin(), seal.end());
  write_file_atomically(path, bytes);
}

const VernierUnitsApi* open_units_library(const std::string& path, const std::string& identity,
                                          const HwConfig& config) {
  check_seal(path);
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw Error(ErrorId::PluginMismatch, path, escaped(dlerror()));
  const auto api_of = reinterpret_cast<VernierUnitsApiFn>(dlsym(library, "vernier_units_api"));
  if (api_of == nullptr) throw Error(ErrorId::PluginMismatch, path, "no vernier_units_api in it");
  const VernierUnitsApi* const api = api_of();
  expect(path, api->abi == VERNIER_UNITS_ABI, "ABI version", std::to_string(api->abi),
         std::to_string(VERNIER_UNITS_ABI));
  expect(path, identity == api->identity, "identity", api->identity, identity);
  const VernierUnitsGeometry wanted{config.array_rows, config.array_cols, config.mac_acc_bits,
                                    config.post_lanes};
  expect(path, geometry_text(api->geometry) == geometry_text(wanted), "geometry",
         geometry_text(api->geometry), geometry_text(wanted));
  return api;
}

}  // namespace vernier
