// Verilated units for a test: built or found in the build folder's cache, stepped through the C
// ABI, so that a test sees what the hardware shows and not what the host makes of it.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/spec/hw_config.h"
#include "sim/rtl_library.h"
#include "sim/rtl_plugin.h"

namespace vernier {

inline HwConfig units_config(int rows, int cols, int acc_bits, int lanes) {
  HwConfig config;
  config.array_rows = rows;
  config.array_cols = cols;
  config.mac_acc_bits = acc_bits;
  config.post_lanes = lanes;
  return config;
}

inline UnitsOptions test_units(std::vector<std::string> with = {}) {
  UnitsOptions options;
  options.with = std::move(with);
  options.cache_dir = VERNIER_BINARY_DIR "/rtl_cache";
  return options;
}

// rtl/<module>.sv with one place changed, written to a file; the option that puts it in.
std::string mutant(const std::string& module, const std::string& name, const std::string& from,
                   const std::string& to);

class Dut {
 public:
  explicit Dut(const HwConfig& config) {
    const UnitsLibraryFile file = build_units(config, test_units());
    api_ = open_units_library(file.path, file.identity, config);
    units_ = api_->create();
  }
  ~Dut() { api_->destroy(units_); }
  Dut(const Dut&) = delete;
  Dut& operator=(const Dut&) = delete;

  const VernierUnitsGeometry& geometry() const { return api_->geometry; }
  std::string failure() const { return api_->failure(units_); }

  VernierArrayOut step(const VernierArrayIn& in) {
    VernierArrayOut out;
    REQUIRE(api_->array_step(units_, &in, &out) == 0);
    return out;
  }
  VernierLanesOut step(const VernierRequantizerIn& in) {
    VernierLanesOut out;
    REQUIRE(api_->requantizer_step(units_, &in, &out) == 0);
    return out;
  }
  VernierLanesOut step(const VernierShifterIn& in) {
    VernierLanesOut out;
    REQUIRE(api_->shifter_step(units_, &in, &out) == 0);
    return out;
  }

 private:
  const VernierUnitsApi* api_;
  VernierUnits* units_;
};

}  // namespace vernier
