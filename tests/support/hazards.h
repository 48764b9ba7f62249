// What no single run shows: whether two engines could touch the same bytes in either order. Reads a
// program's words alone, and of the checker the order that its tokens enforce.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "hw_models/spec/checker_order.h"
#include "hw_models/spec/descriptors.h"
#include "hw_models/spec/mac_passes.h"
#include "hw_models/spec/machine.h"
#include "hw_models/spec/program.h"

namespace vernier {

// The memories that LOAD, STORE, MAC and POST share. Addresses: bytes (activations: bank by bank),
// weight rows, records, tables.
class Hazards {
 public:
  // The first pair of accesses, one of them a write, that nothing orders; "" when there is none.
  static std::string of(const Program& program) {
    const std::string where = "program";
    const Listing listing(program, where);
    Hazards h(listing);
    run_in_order(listing, [&h](const OrderedInsn& i) { h.use(i); });
    return h.text_;
  }

 private:
  enum Memory { kActivations, kDram, kWeights, kRecords, kTables, kMemories };
  struct User {
    std::int64_t number = -1;
    std::uint32_t pc = 0;
  };
  // Per engine: who used this address last.
  struct Cell {
    std::array<User, kEngines> reader, writer;
  };
  struct Rows {
    std::int64_t base, bank, pitch, bytes, ring;
  };

  explicit Hazards(const Listing& listing) : listing_(listing), config_(listing.config()) {
    cells_[kActivations].resize(static_cast<std::size_t>(config_.act_mem_kib) * 1024);
    cells_[kDram].resize(listing.program.dram_bytes);
    cells_[kWeights].resize(static_cast<std::size_t>(config_.weight_words()));
    cells_[kRecords].resize(kParamRecords);
    cells_[kTables].resize(kLutTables);
  }

  void touch(const OrderedInsn& i, Memory m, std::int64_t begin, std::int64_t end, bool write) {
    for (std::int64_t at = begin; at < end; ++at) {
      Cell& cell = cells_[m].at(static_cast<std::size_t>(at));
      for (std::size_t e = 0; e < kEngines; ++e) {
        if (e == static_cast<std::size_t>(i.engine)) continue;
        ordered(i, m, at, e, cell.writer[e]);
        if (write) ordered(i, m, at, e, cell.reader[e]);
      }
      (write ? cell.writer : cell.reader)[static_cast<std::size_t>(i.engine)] = {i.number, i.pc};
    }
  }
  void ordered(const OrderedInsn& i, Memory m, std::int64_t at, std::size_t e, const User& other) {
    if (other.number < i.behind[e] || !text_.empty()) return;
    constexpr const char* kName[] = {"activation byte", "DRAM byte", "weight row", "record",
                                     "table"};
    text_ = fmt::format("{} {}: nothing orders {} and {}", kName[m], at, listing_.at(other.pc),
                        listing_.at(i.pc));
  }

  void row(const OrderedInsn& i, const Rows& r, std::int64_t y, bool write) {
    const std::int64_t g = r.bank + (r.ring > 0 ? y % r.ring : y);
    const std::int64_t at = g % config_.act_mem_banks * config_.act_bank_bytes() + r.base +
                            g / config_.act_mem_banks * r.pitch;
    touch(i, kActivations, at, at + r.bytes, write);
  }
  // Rows first..end - 1, `step` apart, of those that lie in 0..height - 1.
  void rows(const OrderedInsn& i, const Rows& r, std::int64_t first, std::int64_t end, bool write,
            std::int64_t height = INT32_MAX) {
    for (std::int64_t y = std::max<std::int64_t>(0, first); y < std::min(end, height); ++y) {
      row(i, r, y, write);
    }
  }
  template <class Descriptor>
  static Rows rows_of(const Descriptor& d) {
    return {d.base, d.bank, d.row_pitch, d.width * d.channels, d.ring};
  }

  void tile(const OrderedInsn& i, const insn::MacTile& t) {
    const auto& [f, k, reduce] = registers_.mac;
    const Rows in{f.base, f.bank, f.row_pitch, f.width * f.channels, k.ring};
    const auto passes = passes_from(
        k, static_cast<int>(f.channels), config_.array_rows,
        {static_cast<int>(reduce.ky), static_cast<int>(reduce.kx), static_cast<int>(reduce.offset)},
        reduce.passes);
    std::int64_t words = 0;
    std::vector<bool> read(static_cast<std::size_t>(f.height));
    for (const auto& p : passes) {
      words += p.rows;
      for (const auto& s : p.segments) {
        for (std::int64_t y = t.y0; y < t.y0 + t.height; ++y) {
          const std::int64_t from = y * k.stride_h - k.pad_top + s.ky * k.dilation_h;
          if (from >= 0 && from < f.height) read[static_cast<std::size_t>(from)] = true;
        }
      }
    }
    for (std::size_t y = 0; y < read.size(); ++y) {
      if (read[y]) row(i, in, static_cast<std::int64_t>(y), false);
    }
    touch(i, kWeights, t.w_addr, t.w_addr + words, false);
    touch(i, kWeights, t.next_w_addr, t.next_w_addr + t.next_rows, false);
  }
  void pool(const OrderedInsn& i, const insn::PostPool& p) {
    const auto& w = registers_.post.window;
    const std::int64_t first = p.y0 * w.stride_h - w.pad_top;
    rows(i, rows_of(registers_.post.a), first, first + (p.rows - 1) * w.stride_h + w.kernel_h,
         false, registers_.post.a.height);
    rows(i, rows_of(registers_.post.ofmap), p.y0, p.y0 + p.rows, true);
    if (w.clipped != 0) touch(i, kTables, w.table, w.table + 1, false);
  }
  void copy(const OrderedInsn& i, const insn::PostCopy& c) {
    const auto& s = registers_.post.stride;
    for (std::int64_t n = 0; n < c.rows; ++n) {
      if (c.fill == 0) row(i, rows_of(registers_.post.a), c.a_y0 + n * s.a_step, false);
      row(i, rows_of(registers_.post.ofmap), c.o_y0 + n * s.o_step, true);
    }
  }
  void move(const OrderedInsn& i, const insn::PostMove& m) {
    const Rows a = rows_of(registers_.post.a), o = rows_of(registers_.post.ofmap);
    rows(i, a, 0, (m.bytes + a.bytes - 1) / a.bytes, false);
    rows(i, o, 0, (m.bytes + o.bytes - 1) / o.bytes, true);
  }
  template <class RowsInsn>
  void elementwise(const OrderedInsn& i, const RowsInsn& e, bool pair) {
    const auto& post = registers_.post;
    rows(i, rows_of(post.a), e.y0, e.y0 + e.rows, false);
    if (pair && post.b.broadcast != 0) rows(i, rows_of(post.b), 0, 1, false);
    if (pair && post.b.broadcast == 0) rows(i, rows_of(post.b), e.y0, e.y0 + e.rows, false);
    rows(i, rows_of(post.ofmap), e.y0, e.y0 + e.rows, true);
  }

  void use(const OrderedInsn& i) {
    const Instruction& one = listing_.insns[i.pc];
    if (registers_.load(one)) return;
    if (const auto* l = std::get_if<insn::LoadAct>(&one)) {
      touch(i, kDram, l->dram_addr, l->dram_addr + l->rows * l->row_bytes, false);
      rows(i, {l->base, l->bank, l->row_pitch, l->row_bytes, 0}, 0, l->rows, true);
    }
    if (const auto* s = std::get_if<insn::StoreAct>(&one)) {
      touch(i, kDram, s->dram_addr, s->dram_addr + s->rows * s->row_bytes, true);
      rows(i, {s->base, s->bank, s->row_pitch, s->row_bytes, 0}, 0, s->rows, false);
    }
    if (const auto* l = std::get_if<insn::LoadWeights>(&one)) {
      touch(i, kWeights, l->w_addr, l->w_addr + l->words, true);
    }
    if (const auto* l = std::get_if<insn::LoadParams>(&one)) {
      touch(i, kRecords, l->record, l->record + l->count, true);
    }
    if (const auto* l = std::get_if<insn::LoadLut>(&one)) {
      touch(i, kTables, l->table, l->table + 1, true);
    }
    if (const auto* t = std::get_if<insn::MacTile>(&one)) tile(i, *t);
    if (const auto* d = std::get_if<insn::PostDrain>(&one)) {
      rows(i, rows_of(registers_.post.ofmap), d->y0, d->y0 + d->height, true);
      touch(i, kRecords, d->record, d->record + d->cols, false);
    }
    if (const auto* e = std::get_if<insn::PostAdd>(&one)) elementwise(i, *e, true);
    if (const auto* e = std::get_if<insn::PostMul>(&one)) elementwise(i, *e, true);
    if (const auto* e = std::get_if<insn::PostRescale>(&one)) elementwise(i, *e, false);
    if (const auto* e = std::get_if<insn::PostLut>(&one)) {
      elementwise(i, *e, false);
      touch(i, kTables, e->table, e->table + 1, false);
    }
    if (const auto* e = std::get_if<insn::PostSoftmax>(&one)) {
      elementwise(i, *e, false);
      touch(i, kTables, e->table, e->table + 1, false);
    }
    if (const auto* p = std::get_if<insn::PostPool>(&one)) pool(i, *p);
    if (const auto* c = std::get_if<insn::PostCopy>(&one)) copy(i, *c);
    if (const auto* m = std::get_if<insn::PostMove>(&one)) move(i, *m);
  }

  const Listing& listing_;
  const HwConfig& config_;
  Registers registers_;
  std::array<std::vector<Cell>, kMemories> cells_;
  std::string text_;
};

}  // namespace vernier
