#include "hw_models/spec/checker_ranges.h"

#include <fmt/format.h>

namespace vernier {

void RangeChecker::need(bool ok, ErrorId id, std::string_view what) const {
  if (!ok) listing_.fail(id, pc_, std::string(what));
}

void RangeChecker::operand(std::string_view name, std::int64_t value, std::int64_t least,
                           std::int64_t most, std::string_view why) const {
  if (value >= least && value <= most) return;
  listing_.fail(ErrorId::ProgramOperand, pc_,
                fmt::format("{} {}, must be {}..{}{}{}", name, value, least, most,
                            why.empty() ? "" : ": ", why));
}

// Fields have at most 32 bits and products two factors, so 64 bits hold every sum exactly.
void RangeChecker::inside(std::string_view what, std::int64_t first, std::int64_t count,
                          std::int64_t size) const {
  if (first >= 0 && count >= 0 && first + count <= size) return;
  listing_.fail(ErrorId::ProgramAddress, pc_,
                fmt::format("{} {}..{}, must end by {}", what, first, first + count, size));
}

void RangeChecker::act_rows(std::string_view what, const ActRows& rows) const {
  const auto& config = listing_.config();
  operand("bank", rows.bank, 0, config.act_mem_banks - 1);
  const bool wraps = rows.ring > 0 && rows.first % rows.ring + rows.count > rows.ring;
  const std::int64_t first = wraps ? 0 : rows.ring > 0 ? rows.first % rows.ring : rows.first;
  const std::int64_t count = wraps ? rows.ring : rows.count;
  const std::int64_t slot = (rows.bank + first + count - 1) / config.act_mem_banks;
  const std::int64_t first_slot = (rows.bank + first) / config.act_mem_banks;
  if (slot > first_slot && rows.pitch < rows.row_bytes) {
    listing_.fail(
        ErrorId::ProgramOperand, pc_,
        fmt::format("{}: row_pitch {}, must be at least the {} bytes of a row: rows would "
                    "overlap",
                    what, rows.pitch, rows.row_bytes));
  }
  inside(fmt::format("{}: bytes of a bank", what), rows.base + slot * rows.pitch, rows.row_bytes,
         config.act_bank_bytes());
}

}  // namespace vernier
