// Range checks of one instruction, with messages that name field, value and range.
#pragma once

#include <string_view>

#include "hw_models/spec/checker_listing.h"

namespace vernier {

// A contiguous activation as an instruction names it.
struct ActRows {
  std::int64_t base, bank, pitch, row_bytes;
  std::int64_t first, count;  // rows
  std::int64_t ring = 0;      // row slots, 0: one for every row
};

class RangeChecker {
 public:
  RangeChecker(const Listing& listing, std::size_t pc) : listing_(listing), pc_(pc) {}

  // E-PRG-005: "<name> <value>, must be <least>..<most> <why>".
  void operand(std::string_view name, std::int64_t value, std::int64_t least, std::int64_t most,
               std::string_view why = "") const;
  // E-PRG-004: "<what> <first>..<first + count>, must end by <size>".
  void inside(std::string_view what, std::int64_t first, std::int64_t count,
              std::int64_t size) const;
  // Bank, pitch, and base + slots * pitch + row_bytes of all rows within the activation memory.
  void act_rows(std::string_view what, const ActRows& rows) const;
  void need(bool ok, ErrorId id, std::string_view what) const;

 private:
  const Listing& listing_;
  std::size_t pc_;
};

}  // namespace vernier
