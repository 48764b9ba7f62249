// MAC's instructions: descriptors with a meaning, tiles that fit their memories, weight preloads
// that two consecutive tiles agree on.
#pragma once

#include <array>
#include <cstdint>

#include "hw_models/spec/checker_listing.h"
#include "hw_models/spec/checker_ranges.h"
#include "hw_models/spec/descriptors.h"

namespace vernier {

// See check_fields. MAC runs in program order, so its registers follow from the listing.
class MacChecker {
 public:
  explicit MacChecker(const Listing& listing) : listing_(listing) {}
  void check(std::size_t pc);
  // Behind the last instruction: nobody is left to use a preload.
  void finish() const;

 private:
  // The reduction that the registers describe, walked once per change.
  struct Reduction {
    bool known = false;
    std::int64_t rows = 0;  // weight rows of all passes
    std::int64_t first_rows = 0;
  };
  struct Preload {
    bool pending = false;
    std::size_t pc = 0;
    std::int64_t w_addr = 0, rows = 0, weight_zero = 0, w_unsigned = 0;
  };

  void ifmap(const RangeChecker& range, const insn::MacIfmap& i) const;
  void kernel(const RangeChecker& range, const insn::MacKernel& i) const;
  void tile(std::size_t pc, const insn::MacTile& t);
  void accumulators(const RangeChecker& range, const insn::MacTile& t);
  void preload(std::size_t pc, const RangeChecker& range, const insn::MacTile& t);
  void walk(const RangeChecker& range);

  const Listing& listing_;
  MacRegisters registers_;
  Reduction reduction_;
  Preload preload_;
  std::array<std::int64_t, 4> cleared_{};  // entries with a value, per accumulator buffer
};

}  // namespace vernier
