#include "hw_models/cycle/store.h"

#include <fmt/format.h>

#include <algorithm>

namespace vernier::cycle {

TransferEngine::Span Store::span(std::uint32_t pc) const {
  const auto& i = std::get<insn::StoreAct>(insn(pc));
  return {static_cast<std::uint32_t>(i.dram_addr),
          static_cast<std::uint32_t>(i.rows * i.row_bytes)};
}

void Store::issued(std::uint32_t pc) {
  const auto& i = std::get<insn::StoreAct>(insn(pc));
  for (std::int64_t y = 0; y < i.rows; ++y) {
    const RowAddress a = state_.act.row(i.base, i.bank, i.row_pitch, y, 0);
    const std::uint8_t* from = state_.act.read(a, 0, i.row_bytes);
    if (from == nullptr) {
      state_.trap(ErrorId::ProgramPoison, pc,
                  fmt::format("row {}: bank {} bytes {}..{} outside {} or never written", y, a.bank,
                              a.offset, a.offset + i.row_bytes, state_.act.bank_bytes()));
    }
    std::copy_n(from, i.row_bytes,
                state_.dram->begin() + static_cast<std::ptrdiff_t>(i.dram_addr + y * i.row_bytes));
  }
}

}  // namespace vernier::cycle
