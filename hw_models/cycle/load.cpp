#include "hw_models/cycle/load.h"

#include <fmt/format.h>

#include <cstring>

#include "hw_models/cycle/dispatcher.h"

namespace vernier::cycle {
namespace {

template <class T>
T little(const std::uint8_t* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

}  // namespace

TransferEngine::Span Load::span(std::uint32_t pc) const {
  const auto u32 = [](std::int64_t v) { return static_cast<std::uint32_t>(v); };
  const auto& any = insn(pc);
  if (const auto* i = std::get_if<insn::LoadProgram>(&any)) {
    return {u32(i->dram_addr), u32(i->count * kInstructionBytes)};
  }
  if (const auto* i = std::get_if<insn::LoadWeights>(&any)) {
    return {u32(i->dram_addr), u32(i->words * state_.config.array_cols)};
  }
  if (const auto* i = std::get_if<insn::LoadParams>(&any)) {
    return {u32(i->dram_addr), u32(i->count * kParamRecordBytes)};
  }
  if (const auto* i = std::get_if<insn::LoadLut>(&any)) {
    return {u32(i->dram_addr), u32(i->count * 4)};
  }
  const auto& i = std::get<insn::LoadAct>(any);
  return {u32(i.dram_addr), u32(i.rows * i.row_bytes)};
}

void Load::delivered(std::uint32_t pc) {
  const auto& any = insn(pc);
  if (std::holds_alternative<insn::LoadProgram>(any)) return pages_->page_loaded(clock_.now());
  if (!state_.data) return;
  const std::uint8_t* from = state_.dram->data() + span(pc).addr;
  if (const auto* i = std::get_if<insn::LoadWeights>(&any)) write_weights(pc, *i, from);
  if (const auto* i = std::get_if<insn::LoadParams>(&any)) write_params(pc, *i, from);
  if (const auto* i = std::get_if<insn::LoadLut>(&any)) write_lut(pc, *i, from);
  if (const auto* i = std::get_if<insn::LoadAct>(&any)) write_act(pc, *i, from);
}

void Load::write_weights(std::uint32_t pc, const insn::LoadWeights& i, const std::uint8_t* from) {
  if (!state_.weights.write(i.w_addr, from, i.words)) {
    state_.trap(ErrorId::ProgramAddress, pc,
                fmt::format("weight rows {}..{}, must end by {}", i.w_addr, i.w_addr + i.words,
                            state_.config.weight_words()));
  }
}

void Load::write_params(std::uint32_t pc, const insn::LoadParams& i, const std::uint8_t* from) {
  if (i.record + i.count > kParamRecords) {
    state_.trap(ErrorId::ProgramAddress, pc,
                fmt::format("parameter records {}..{}, must end by {}", i.record,
                            i.record + i.count, kParamRecords));
  }
  for (std::int64_t n = 0; n < i.count; ++n) {
    const std::uint8_t* p = from + n * kParamRecordBytes;
    auto& r = state_.params[static_cast<std::size_t>(i.record + n)];
    r.bias = little<std::int32_t>(p);
    r.multiplier = little<std::int32_t>(p + 4);
    r.shift = little<std::int8_t>(p + 8);
    r.written = true;
    if (r.multiplier < 0) {
      state_.trap(ErrorId::ProgramOperand, pc,
                  fmt::format("record {}: multiplier 0x{:08x}, must be below 2^31", n,
                              static_cast<std::uint32_t>(r.multiplier)));
    }
    if (r.shift < -31 || r.shift > 31) {
      state_.trap(ErrorId::ProgramOperand, pc,
                  fmt::format("record {}: shift {}, must be -31..31", n, int{r.shift}));
    }
  }
}

void Load::write_lut(std::uint32_t pc, const insn::LoadLut& i, const std::uint8_t* from) {
  if (i.count > kLutEntries) {
    state_.trap(ErrorId::ProgramAddress, pc,
                fmt::format("{} table entries, must be at most {}", i.count, kLutEntries));
  }
  auto& table = state_.luts[static_cast<std::size_t>(i.table)];
  for (std::int64_t n = 0; n < i.count; ++n) {
    table[static_cast<std::size_t>(n)] = little<std::uint32_t>(from + 4 * n);
  }
}

void Load::write_act(std::uint32_t pc, const insn::LoadAct& i, const std::uint8_t* from) {
  for (std::int64_t y = 0; y < i.rows; ++y) {
    const RowAddress a = state_.act.row(i.base, i.bank, i.row_pitch, y, 0);
    if (!state_.act.write(a, 0, from + y * i.row_bytes, i.row_bytes)) {
      state_.trap(ErrorId::ProgramAddress, pc,
                  fmt::format("row {}: bank {} bytes {}..{}, must end by {}", y, a.bank, a.offset,
                              a.offset + i.row_bytes, state_.act.bank_bytes()));
    }
  }
}

}  // namespace vernier::cycle
