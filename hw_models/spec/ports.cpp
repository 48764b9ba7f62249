#include "hw_models/spec/ports.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "hw_models/spec/machine.h"

namespace vernier {
namespace {

// Rows of an activation: where row 0 lies and how long a row is.
struct Rows {
  std::int64_t base, bank, pitch, row_bytes;
  std::int64_t ring = 0;  // row slots, 0: one for every row
};
template <class Descriptor>
Rows rows_of(const Descriptor& d) {
  return {d.base, d.bank, d.row_pitch, d.width * d.channels, d.ring};
}
Rows rows_of(const MacRegisters& r) {
  const auto& f = r.ifmap;
  return {f.base, f.bank, f.row_pitch, f.width * f.channels, r.kernel.ring};
}

// Pages [first, last] of the bytes of row slot y in its bank.
struct PageRange {
  std::int64_t first, last;
};
PageRange pages_of(const HwConfig& config, const Rows& r, std::int64_t y) {
  const std::int64_t at = r.base + (r.bank + y) / config.act_mem_banks * r.pitch;
  const std::int64_t page = config.act_bank_page_bytes();
  return {at / page, (at + std::max<std::int64_t>(1, r.row_bytes) - 1) / page};
}

// Ports of row slots first .. last - 1. The slots of one bank follow each other, so they take every
// page from the first one's to the last one's.
void add_slots(const HwConfig& config, const Rows& r, std::int64_t first, std::int64_t last,
               PortSet* set) {
  const std::int64_t banks = config.act_mem_banks;
  for (std::int64_t y = first; y < std::min(last, first + banks); ++y) {
    const std::int64_t bottom = y + (last - 1 - y) / banks * banks;
    const auto end =
        std::min<std::int64_t>(pages_of(config, r, bottom).last + 1, config.act_mem_pages);
    for (auto page = pages_of(config, r, y).first; page < end; ++page) {
      set->add(static_cast<int>(page), static_cast<int>((r.bank + y) % banks));
    }
  }
}

// Ports of rows first .. last - 1.
PortSet ports_of(const HwConfig& config, const Rows& r, std::int64_t first, std::int64_t last) {
  PortSet set;
  first = std::max<std::int64_t>(0, first);
  if (r.ring <= 0) {
    add_slots(config, r, first, last, &set);
  } else if (last - first >= r.ring) {
    add_slots(config, r, 0, r.ring, &set);
  } else if (first < last) {
    const std::int64_t begin = first % r.ring, end = begin + (last - first);
    add_slots(config, r, begin, std::min(end, r.ring), &set);
    add_slots(config, r, 0, end - r.ring, &set);
  }
  return set;
}

PortSet tile_reads(const HwConfig& config, const MacRegisters& r, const insn::MacTile& t) {
  const auto& k = r.kernel;
  const std::int64_t step = std::max<std::int64_t>(1, k.dilation_h);
  // A tile of one pass reads one tap; more passes may go on to the last kernel row.
  const bool one_row = k.packed == 0 && k.depthwise == 0 && r.reduce.passes == 1;
  const std::int64_t first_ky = r.reduce.ky;
  const std::int64_t last_ky = one_row ? first_ky : std::max(first_ky, k.kernel_h - 1);
  const std::int64_t first = t.y0 * k.stride_h - k.pad_top + first_ky * step;
  const std::int64_t last = (t.y0 + t.height - 1) * k.stride_h - k.pad_top + last_ky * step + 1;
  return ports_of(config, rows_of(r), first, std::min<std::int64_t>(last, r.ifmap.height));
}

template <class RowsInsn>
PortUse source_to_ofmap(const HwConfig& config, const PostRegisters& r, const RowsInsn& i) {
  return {ports_of(config, rows_of(r.a), i.y0, i.y0 + i.rows),
          ports_of(config, rows_of(r.ofmap), i.y0, i.y0 + i.rows)};
}

void add_ports(const PortSet& more, PortSet* set) {
  more.each([&](int port) { set->add(PortSet::page_of(port), PortSet::bank_of(port)); });
}

// Of A and B: a broadcast operand is its row 0.
template <class RowsInsn>
PortUse pair_use(const HwConfig& config, const PostRegisters& r, const RowsInsn& i) {
  PortUse use = source_to_ofmap(config, r, i);
  const std::int64_t first = r.b.broadcast != 0 ? 0 : i.y0;
  const std::int64_t count = r.b.broadcast != 0 ? 1 : i.rows;
  add_ports(ports_of(config, rows_of(r.b), first, first + count), &use.read);
  return use;
}

// Ports of `count` rows from `first` on, `step` rows apart.
PortSet stepped_ports(const HwConfig& config, const Rows& r, std::int64_t first, std::int64_t step,
                      std::int64_t count) {
  if (step == 1 || count == 1) return ports_of(config, r, first, first + count);
  PortSet set;
  for (std::int64_t n = 0; n < (step == 0 ? 1 : count); ++n) {
    add_ports(ports_of(config, r, first + n * step, first + n * step + 1), &set);
  }
  return set;
}

PortUse copy_use(const HwConfig& config, const PostRegisters& r, const insn::PostCopy& c) {
  PortUse use;
  use.write = stepped_ports(config, rows_of(r.ofmap), c.o_y0, r.stride.o_step, c.rows);
  if (c.fill == 0) use.read = stepped_ports(config, rows_of(r.a), c.a_y0, r.stride.a_step, c.rows);
  return use;
}

PortUse move_use(const HwConfig& config, const PostRegisters& r, const insn::PostMove& m) {
  const Rows from = rows_of(r.a), to = rows_of(r.ofmap);
  const auto rows = [&](const Rows& side) {
    const std::int64_t row = std::max<std::int64_t>(1, side.row_bytes);
    return ports_of(config, side, 0, (m.bytes + row - 1) / row);
  };
  return {rows(from), rows(to)};
}

PortUse pool_use(const HwConfig& config, const PostRegisters& r, const insn::PostPool& p) {
  const auto& w = r.window;
  const std::int64_t first = p.y0 * w.stride_h - w.pad_top;
  const std::int64_t last = (p.y0 + p.rows - 1) * w.stride_h - w.pad_top + w.kernel_h;
  return {ports_of(config, rows_of(r.a), first, std::min<std::int64_t>(last, r.a.height)),
          ports_of(config, rows_of(r.ofmap), p.y0, p.y0 + p.rows)};
}

template <class Transfer>
PortSet transfer_ports(const HwConfig& config, const Transfer& i) {
  return ports_of(config, {i.base, i.bank, i.row_pitch, i.row_bytes, 0}, 0, i.rows);
}

}  // namespace

PortUse port_use(const HwConfig& config, const Registers& registers, const Instruction& i) {
  const auto& post = registers.post;
  if (const auto* t = std::get_if<insn::MacTile>(&i)) {
    return {tile_reads(config, registers.mac, *t), {}};
  }
  if (const auto* d = std::get_if<insn::PostDrain>(&i)) {
    return {{}, ports_of(config, rows_of(post.ofmap), d->y0, d->y0 + d->height)};
  }
  if (const auto* l = std::get_if<insn::LoadAct>(&i)) return {{}, transfer_ports(config, *l)};
  if (const auto* s = std::get_if<insn::StoreAct>(&i)) return {transfer_ports(config, *s), {}};
  if (const auto* a = std::get_if<insn::PostAdd>(&i)) return pair_use(config, post, *a);
  if (const auto* m = std::get_if<insn::PostMul>(&i)) return pair_use(config, post, *m);
  if (const auto* t = std::get_if<insn::PostLut>(&i)) return source_to_ofmap(config, post, *t);
  if (const auto* c = std::get_if<insn::PostCopy>(&i)) return copy_use(config, post, *c);
  if (const auto* q = std::get_if<insn::PostRescale>(&i)) return source_to_ofmap(config, post, *q);
  if (const auto* m = std::get_if<insn::PostMove>(&i)) return move_use(config, post, *m);
  if (const auto* p = std::get_if<insn::PostPool>(&i)) return pool_use(config, post, *p);
  if (const auto* s = std::get_if<insn::PostSoftmax>(&i)) return source_to_ofmap(config, post, *s);
  return {};
}

std::string shared_port(const PortUse& a, const PortUse& b) {
  const bool reads = a.read.meets(b.read);
  const PortSet both = reads ? a.read & b.read : a.write & b.write;
  int first = -1;
  both.each([&](int port) { first = first < 0 ? port : first; });
  if (first < 0) return "";
  return fmt::format("the {} port of page {} bank {}", reads ? "read" : "write",
                     PortSet::page_of(first), PortSet::bank_of(first));
}

std::int64_t mac_last_read(const MacTileTiming& timing, const insn::MacTile& t) {
  return timing.start_of_last_pass + t.height * timing.last.row_cycles - 1 + kMacFeedStages - 1;
}

std::int64_t segment_banks(const HwConfig& config, const insn::MacKernel& k) {
  const std::int64_t banks = config.act_mem_banks;
  const std::int64_t step = std::max<std::int64_t>(1, k.dilation_h);
  const std::int64_t most = banks / std::gcd(step, banks);
  if (k.ring % banks == 0) return most;
  // The rows' last slot and slot 0 are no neighbours in the order of the banks.
  std::int64_t fewest = most;
  for (std::int64_t y = 0; y < k.ring; ++y) {
    std::uint32_t taken = 0;
    for (std::int64_t s = 0; s < fewest; ++s) {
      const std::uint32_t bank = 1U << ((y + s * step) % k.ring % banks);
      if ((taken & bank) != 0) fewest = s;
      taken |= bank;
    }
  }
  return fewest;
}

std::int64_t colliding_row(const HwConfig& config, const PostRegisters& r, const Instruction& i) {
  const auto* add = std::get_if<insn::PostAdd>(&i);
  const auto* mul = std::get_if<insn::PostMul>(&i);
  if (add == nullptr && mul == nullptr) return -1;
  // A broadcast operand is fetched in cycles of its own.
  if (r.b.broadcast != 0) return -1;
  const std::int64_t y0 = add != nullptr ? add->y0 : mul->y0;
  const std::int64_t rows = add != nullptr ? add->rows : mul->rows;
  const Rows ra = rows_of(r.a), rb = rows_of(r.b);
  // Equal rows are one tensor: one read serves both operands.
  if (ra.base == rb.base && ra.bank == rb.bank && ra.pitch == rb.pitch && ra.ring == rb.ring) {
    return -1;
  }
  for (std::int64_t y = y0; y < y0 + rows; ++y) {
    const std::int64_t sa = ra.ring > 0 ? y % ra.ring : y;
    const std::int64_t sb = rb.ring > 0 ? y % rb.ring : y;
    if ((ra.bank + sa - rb.bank - sb) % config.act_mem_banks != 0) continue;
    const PageRange pa = pages_of(config, ra, sa), pb = pages_of(config, rb, sb);
    if (pa.first <= pb.last && pb.first <= pa.last) return y;
  }
  return -1;
}

}  // namespace vernier
