#include "compiler/passes/placer.h"

#include <algorithm>

namespace vernier::compiler {
namespace {

// Two tensors that hold values at the same time; a layer's output is written while its inputs are
// read.
bool alive_together(const PlaceItem& a, const PlaceItem& b) {
  return a.first <= b.last && b.first <= a.last;
}

struct PageRange {
  std::int64_t first, last;
};

PageRange pages_of(const HwConfig& config, const Span& s) {
  const std::int64_t page = config.act_bank_page_bytes();
  return {s.begin / page, (s.end - 1) / page};
}

// Whether rows of both lie in one bank; those of as many slots as banks lie in all.
bool share_banks(const HwConfig& config, const Placement& a, const Placement& b) {
  const int banks = config.act_mem_banks;
  const int apart = ((b.bank - a.bank) % banks + banks) % banks;  // from a's first bank to b's
  return apart < a.slots() || banks - apart < b.slots();
}

bool share_page(const HwConfig& config, const Span& a, const Span& b) {
  const auto pa = pages_of(config, a), pb = pages_of(config, b);
  return pa.first <= pb.last && pb.first <= pa.last;
}

}  // namespace

// Whether rows y of two tensors can always be read in one cycle: other banks, or other pages.
bool Placer::ports_apart(const Placement& a, const Placement& b) const {
  const int banks = config_.act_mem_banks;
  const bool same_turn = (a.ring - b.ring) % banks == 0 && a.ring % banks == 0;
  if (same_turn && (a.bank - b.bank) % banks != 0) return true;
  return !share_banks(config_, a, b) ||
         !share_page(config_, span_of(config_, a), span_of(config_, b));
}

// The bottom, behind every tensor that is alive, and at page begins.
std::vector<std::int64_t> Placer::candidates(std::size_t i) const {
  std::vector<std::int64_t> list{0};
  for (std::size_t p = 0; p < i; ++p) {
    if (alive_together(items_[i], items_[p])) {
      list.push_back(span_of(config_, items_[p].place).end);
    }
  }
  for (int page = 1; page < config_.act_mem_pages; ++page) {
    list.push_back(std::int64_t{page} * config_.act_bank_page_bytes());
  }
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

bool Placer::fits(std::size_t i, bool apart, bool with_partners, bool by_bank) const {
  const auto& item = items_[i];
  const Span s = span_of(config_, item.place);
  if (s.end > config_.act_bank_bytes()) return false;
  for (std::size_t p = 0; p < i; ++p) {
    const auto& other = items_[p];
    if (!alive_together(item, other)) continue;
    const Span o = span_of(config_, other.place);
    const bool shared = by_bank ? share_bytes(config_, item.place, other.place) : overlap(s, o);
    if (shared) return false;
    if (apart && item.traffic != other.traffic && share_page(config_, s, o)) return false;
  }
  if (!with_partners) return true;
  for (std::size_t p = 0; p < i; ++p) {
    const auto& other = items_[p];
    const bool partner =
        std::find(item.partners.begin(), item.partners.end(), other.tensor) != item.partners.end();
    if (partner && !ports_apart(item.place, other.place)) return false;
  }
  return true;
}

bool Placer::place(std::size_t i, bool apart, bool with_partners) {
  auto& item = items_[i];
  const auto& rows = plan_.tensor(item.tensor).rows;
  item.place.rows = rows.h;
  item.place.row_bytes = item.row_bytes > 0 ? item.row_bytes : rows.w * rows.c;
  item.place.row_pitch = item.place.row_bytes;
  item.place.ring = item.slots < rows.h ? item.slots : 0;
  const auto bases = candidates(i);
  // At bytes that no other has in any bank; where there are none, in banks that others leave free
  // there, as those of fewer rows than banks do: a 1-D network's tensors of one long row each.
  for (const bool by_bank : {false, true}) {
    for (int bank = 0; bank < config_.act_mem_banks; ++bank) {
      for (const std::int64_t base : bases) {
        item.place.bank = bank;
        item.place.base = static_cast<int>(base);
        if (fits(i, apart, with_partners, by_bank)) return true;
      }
    }
  }
  return false;
}

bool Placer::run(bool apart) {
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (place(i, apart, true)) continue;
    failed_ = i;
    return false;
  }
  return true;
}

bool Placer::fits_without_partners() { return place(failed_, false, false); }

std::int64_t Placer::live_bytes() const {
  const auto bytes = [](const PlaceItem& i) {
    return std::int64_t{i.place.slots()} * i.place.row_bytes;
  };
  std::int64_t live = bytes(items_[failed_]);
  for (std::size_t p = 0; p < failed_; ++p) {
    if (alive_together(items_[failed_], items_[p])) live += bytes(items_[p]);
  }
  return live;
}

}  // namespace vernier::compiler
