#include "compiler/passes/residence.h"

#include <algorithm>

namespace vernier::compiler {
namespace {

void add(std::vector<int>* list, int n) {
  if (n >= 0) list->push_back(n);
}

// Bytes of one bank that a placement takes; empty where it has no slot in that bank.
Span bank_span(const HwConfig& config, const Placement& p, int bank) {
  const std::int64_t banks = config.act_mem_banks, end = p.bank + p.slots();
  const std::int64_t first = bank >= p.bank ? 0 : 1;
  const std::int64_t behind = end <= bank ? 0 : (end - 1 - bank) / banks + 1;
  return {p.base + first * p.row_pitch, p.base + std::max(first, behind) * p.row_pitch};
}

}  // namespace

Span span_of(const HwConfig& config, const Placement& p) {
  const std::int64_t slots = (p.bank + p.slots() - 1) / config.act_mem_banks + 1;
  return {p.base, p.base + slots * p.row_pitch};
}

bool share_bytes(const HwConfig& config, const Placement& a, const Placement& b) {
  for (int bank = 0; bank < config.act_mem_banks; ++bank) {
    const Span x = bank_span(config, a, bank), y = bank_span(config, b, bank);
    if (x.begin < x.end && y.begin < y.end && overlap(x, y)) return true;
  }
  return false;
}

Residence::Residence(const HwConfig& config, int storage, const Placement& place)
    : config_(config),
      storage_(storage),
      place_(place),
      rows_(static_cast<std::size_t>(place.rows)) {}

void Residence::replaces(const Residence& older) {
  before_mac_ = std::max(before_mac_, older.last_mac_);
  before_post_ = std::max(before_post_, older.last_post_);
  before_store_ = std::max(before_store_, older.last_store_);
}

int Residence::writer(int first, int end) const {
  int last = -1;
  for (int y = first; y < end; ++y) last = std::max(last, at(y).writer);
  return last;
}

void Residence::add_loads(int first, int end, Work* w) const {
  for (int y = first; y < end; ++y) {
    const int l = at(y).load;
    if (l >= 0 && (w->loads.empty() || w->loads.back() != l)) w->loads.push_back(l);
  }
}

void Residence::mac_reads(int first, int end, int n, Work* w) {
  add(&w->behind, writer(first, end));
  add_loads(first, end, w);
  for (int y = first; y < end; ++y) at(y).mac = n;
  last_mac_ = n;
}

void Residence::post_reads(int first, int end, int n, Work* w) {
  add_loads(first, end, w);
  for (int y = first; y < end; ++y) at(y).post = n;
  last_post_ = n;
}

void Residence::store_reads(int first, int end, int n, Work* w) {
  add(&w->behind, writer(first, end));
  add_loads(first, end, w);
  for (int y = first; y < end; ++y) at(y).store = n;
  last_store_ = n;
}

void Residence::post_writes(int first, int end, int n, Work* w) {
  int store = before_store_;
  for (int y = first; y < end; ++y) {
    if (const Row* old = evicted(y)) store = std::max(store, old->store);
    at(y).writer = n;
  }
  add(&w->behind, store);
  last_post_ = n;
}

void Residence::load_writes(int first, int end, int l, LoadWork* load) {
  int mac = before_mac_, post = before_post_, store = before_store_;
  for (int y = first; y < end; ++y) {
    // Of the slot's row before, or of the same row's slice before.
    const Row* old = evicted(y);
    for (const Row* r : {old != nullptr ? old : &at(y), static_cast<const Row*>(&at(y))}) {
      mac = std::max(mac, r->mac);
      post = std::max(post, r->post);
      store = std::max(store, r->store);
    }
    at(y).load = l;
  }
  for (const int n : {mac, post, store}) add(&load->behind, n);
}

int Residence::evicted_reader(int row) const {
  const Row* old = evicted(row);
  return old == nullptr ? -1 : std::max({old->mac, old->post, old->store});
}

}  // namespace vernier::compiler
