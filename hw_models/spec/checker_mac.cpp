#include "hw_models/spec/checker_mac.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_models/spec/mac_passes.h"
#include "hw_models/spec/ports.h"

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
  if (i.packed == 0 && i.depthwise == 0) return;
  if (i.depthwise != 0) {
    range.operand("packed", i.packed, 0, 0, "depthwise mode is another one");
    range.operand("multiplier", i.multiplier, 1, kMost);
  } else {
    range.operand("dilation_w", i.dilation_w, 1, 1, "packed mode reads contiguous bytes");
  }
  range.operand("segments", i.segments, 1, segment_banks(listing_.config(), i),
                "each kernel row of a pass needs a bank of its own");
}

// Walks the passes of the reduction once; every pass takes a weight row, so weight memory bounds
// the walk.
void MacChecker::walk(const RangeChecker& range) {
  if (reduction_.known) return;
  const auto& [ifmap, kernel, reduce] = registers_;
  range.need(ifmap.channels > 0 && kernel.kernel_h > 0, ErrorId::ProgramOperand,
             "no mac.ifmap and mac.kernel stand in front");
  const bool channel_mode = kernel.packed == 0 && kernel.depthwise == 0;
  const std::int64_t run = channel_mode            ? ifmap.channels
                           : kernel.depthwise != 0 ? kernel.kernel_w
                                                   : kernel.kernel_w * ifmap.channels;
  range.operand("passes of mac.reduce", reduce.passes, 1, listing_.config().weight_words());
  range.operand("ky of mac.reduce", reduce.ky, 0, kernel.kernel_h - 1);
  range.operand("kx of mac.reduce", reduce.kx, 0, channel_mode ? kernel.kernel_w - 1 : 0);
  range.operand("offset of mac.reduce", reduce.offset, 0, run - 1);
  if (kernel.depthwise != 0) {
    range.operand("channel of mac.reduce", reduce.channel, 0,
                  ifmap.channels * kernel.multiplier - 1);
  }
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
    const auto& ifmap = registers_.ifmap;
    const auto codes = [](std::int64_t is_unsigned) {
      return is_unsigned != 0 ? "0..255" : "-128..127";
    };
    range.need(before.w_addr == t.w_addr && before.rows == reduction_.first_rows &&
                   before.weight_zero == ifmap.weight_zero && before.w_unsigned == ifmap.w_unsigned,
               ErrorId::ProgramOperand,
               fmt::format("needs {} rows from {} on with zero point {} of {}, but {} has loaded "
                           "{} from {} on with {} of {}",
                           reduction_.first_rows, t.w_addr, ifmap.weight_zero,
                           codes(ifmap.w_unsigned), listing_.at(before.pc), before.rows,
                           before.w_addr, before.weight_zero, codes(before.w_unsigned)));
  }
  range.operand("next_rows", t.next_rows, 0, listing_.config().array_rows, "array.rows");
  if (t.next_rows > 0) {
    range.inside("weight rows of the next tile", t.next_w_addr, t.next_rows,
                 listing_.config().weight_words());
  }
  const auto& ifmap = registers_.ifmap;
  preload_ = {t.next_rows > 0, pc, t.next_w_addr, t.next_rows, ifmap.weight_zero, ifmap.w_unsigned};
}

void MacChecker::finish() const {
  if (!preload_.pending) return;
  listing_.fail(ErrorId::ProgramOperand, preload_.pc,
                fmt::format("next_rows {}, but no tile follows", preload_.rows));
}

}  // namespace vernier
