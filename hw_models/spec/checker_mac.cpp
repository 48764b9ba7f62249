#include "hw_models/spec/checker_mac.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "hw_models/spec/mac_passes.h"
#include "hw_models/spec/machine.h"

namespace vernier {
namespace {

constexpr std::int64_t kMost = INT32_MAX;  // the field's own width is the bound

}  // namespace

void MacChecker::check(std::size_t pc) {
  const Instruction& any = listing_.insns[pc];
  const RangeChecker range(listing_, pc);
  if (const auto* i = std::get_if<insn::MacIfmap>(&any)) {
    ifmap(range, *i);
    registers_.ifmap = *i;
    reduction_.known = false;
  } else if (const auto* k = std::get_if<insn::MacKernel>(&any)) {
    kernel(range, *k);
    registers_.kernel = *k;
    reduction_.known = false;
  } else if (const auto* r = std::get_if<insn::MacReduce>(&any)) {
    registers_.reduce = *r;
    reduction_.known = false;
  } else if (const auto* t = std::get_if<insn::MacTile>(&any)) {
    tile(pc, *t);
  }
}

void MacChecker::ifmap(const RangeChecker& range, const insn::MacIfmap& i) const {
  range.operand("height", i.height, 1, kMost);
  range.operand("width", i.width, 1, kMost);
  range.operand("channels", i.channels, 1, kMost);
  const auto code = [&](const char* name, std::int64_t value, bool is_unsigned) {
    range.operand(name, value, is_unsigned ? 0 : -128, is_unsigned ? 255 : 127);
  };
  code("zero_point", i.zero_point, i.a_unsigned != 0);
  code("weight_zero", i.weight_zero, i.w_unsigned != 0);
  range.operand("a_bits_log2", i.a_bits_log2, 3, 3, "only 8 bits are built");
  range.operand("w_bits_log2", i.w_bits_log2, 3, 3, "only 8 bits are built");
}

void MacChecker::kernel(const RangeChecker& range, const insn::MacKernel& i) const {
  range.operand("kernel_h", i.kernel_h, 1, kMost);
  range.operand("kernel_w", i.kernel_w, 1, kMost);
  range.operand("stride_h", i.stride_h, 1, kMost);
  range.operand("stride_w", i.stride_w, 1, kMost);
  range.operand("dilation_h", i.dilation_h, 1, kMost);
  range.operand("dilation_w", i.dilation_w, 1, kMost);
  if (i.packed == 0) return;
  range.operand("dilation_w", i.dilation_w, 1, 1, "packed mode reads contiguous bytes");
  // Kernel rows d apart lie in banks / gcd(d, banks) different banks.
  const std::int64_t banks = listing_.config().act_mem_banks;
  range.operand("segments", i.segments, 1, banks / std::gcd(i.dilation_h, banks),
                "each kernel row of a pass needs a bank of its own");
}

// Walks the passes of the reduction once; every pass takes a weight row, so weight memory bounds
// the walk.
void MacChecker::walk(const RangeChecker& range) {
  if (reduction_.known) return;
  const auto& [ifmap, kernel, reduce] = registers_;
  range.need(ifmap.channels > 0 && kernel.kernel_h > 0, ErrorId::ProgramOperand,
             "no mac.ifmap and mac.kernel stand in front");
  const std::int64_t run = kernel.packed != 0 ? kernel.kernel_w * ifmap.channels : ifmap.channels;
  range.operand("passes of mac.reduce", reduce.passes, 1, listing_.config().weight_words());
  range.operand("ky of mac.reduce", reduce.ky, 0, kernel.kernel_h - 1);
  range.operand("kx of mac.reduce", reduce.kx, 0, kernel.packed != 0 ? 0 : kernel.kernel_w - 1);
  range.operand("offset of mac.reduce", reduce.offset, 0, run - 1);
  PassState at{static_cast<int>(reduce.ky), static_cast<int>(reduce.kx),
               static_cast<int>(reduce.offset)};
  reduction_ = {true, 0, 0};
  for (std::int64_t n = 0; n < reduce.passes; ++n) {
    range.need(at.ky < kernel.kernel_h, ErrorId::ProgramOperand,
               fmt::format("{} passes, but the kernel ends after {}", reduce.passes, n));
    const Pass pass =
        next_pass(kernel, static_cast<int>(ifmap.channels), listing_.config().array_rows, &at);
    if (n == 0) reduction_.first_rows = pass.rows;
    reduction_.rows += pass.rows;
  }
}

void MacChecker::tile(std::size_t pc, const insn::MacTile& t) {
  const auto& config = listing_.config();
  const RangeChecker range(listing_, pc);
  walk(range);
  range.operand("height", t.height, 1, kMost);
  range.operand("width", t.width, 1, kMost);
  range.operand("pixels", t.height * t.width, 1, config.acc_mem_entries, "acc_mem.entries");
  const auto& f = registers_.ifmap;
  range.act_rows("ifmap", {f.base, f.bank, f.row_pitch, f.width * f.channels, 0, f.height,
                           registers_.kernel.ring});
  range.operand("buffer", t.buffer, 0, config.acc_mem_buffers - 1, "acc_mem.buffers");
  range.inside("weight rows", t.w_addr, reduction_.rows, config.weight_words());
  preload(pc, range, t);
  accumulators(range, t);
}

void MacChecker::accumulators(const RangeChecker& range, const insn::MacTile& t) {
  auto& entries = cleared_[static_cast<std::size_t>(t.buffer)];
  const std::int64_t pixels = t.height * t.width;
  if (t.clear != 0) entries = std::max(entries, pixels);
  range.need(
      pixels <= entries, ErrorId::ProgramPoison,
      fmt::format("adds to {} accumulator entries of buffer {}, tiles before have cleared {}",
                  pixels, t.buffer, entries));
}

void MacChecker::preload(std::size_t pc, const RangeChecker& range, const insn::MacTile& t) {
  const auto& before = preload_;
  if (before.pending != (t.preloaded != 0)) {
    range.need(false, ErrorId::ProgramOperand,
               before.pending ? fmt::format("preloaded 0, but {} has loaded {} rows ahead for it",
                                            listing_.at(before.pc), before.rows)
                              : "preloaded 1, but no tile before it has loaded weights ahead");
  }
  if (before.pending) {
    const auto& zero = registers_.ifmap.weight_zero;
    range.need(before.w_addr == t.w_addr && before.rows == reduction_.first_rows &&
                   before.weight_zero == zero,
               ErrorId::ProgramOperand,
               fmt::format("needs {} rows from {} on with zero point {}, but {} has loaded {} from "
                           "{} on with {}",
                           reduction_.first_rows, t.w_addr, zero, listing_.at(before.pc),
                           before.rows, before.w_addr, before.weight_zero));
  }
  range.operand("next_rows", t.next_rows, 0, listing_.config().array_rows, "array.rows");
  if (t.next_rows > 0) {
    range.inside("weight rows of the next tile", t.next_w_addr, t.next_rows,
                 listing_.config().weight_words());
  }
  preload_ = {t.next_rows > 0, pc, t.next_w_addr, t.next_rows, registers_.ifmap.weight_zero};
}

void MacChecker::finish() const {
  if (!preload_.pending) return;
  listing_.fail(ErrorId::ProgramOperand, preload_.pc,
                fmt::format("next_rows {}, but no tile follows", preload_.rows));
}

}  // namespace vernier
