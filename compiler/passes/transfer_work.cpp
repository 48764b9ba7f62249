// Loads and stores of activations.
#include <algorithm>

#include "compiler/passes/work_builder.h"
#include "hw_models/spec/durations.h"

namespace vernier::compiler {

void WorkBuilder::load_slice(int t, int channel, const Hwc& view) {
  Residence& r = first_write(t);
  const Placement place = r.place();
  const int channels = plan_.tensor(t).rows.w * plan_.tensor(t).rows.c / view.w;
  for (int y = 0; y < view.h; ++y) {
    const int g = place.bank + y;
    for (int x = 0; x < view.w; ++x) {
      insn::LoadAct i;
      i.base = place.base + g / config_.act_mem_banks * place.row_pitch + x * view.c;
      i.bank = g % config_.act_mem_banks;
      i.row_pitch = place.row_pitch;
      i.rows = 1;
      i.row_bytes = view.c;
      LoadWork l;
      l.insn = i;
      l.tensor = t;
      l.dram_offset = static_cast<std::uint32_t>((y * view.w + x) * channels + channel);
      l.beats = act_beats(config_, 1, view.c);
      wait_for_store(t, y, y + 1, &l);
      r.load_writes(y, y + 1, static_cast<int>(list_.loads.size()), &l);
      add_load(std::move(l));
    }
  }
}

bool WorkBuilder::is_output(int t) const {
  const auto& o = plan_.outputs;
  return std::find(o.begin(), o.end(), t) != o.end();
}

void WorkBuilder::store_output(const Group& group, int t) {
  const int storage = plan_.tensor(t).storage;
  const int first = plan_.tensor(storage).first;
  const bool made = first >= group.first && first <= group.last;
  if (made || (first < 0 && plan_.groups.size() == 1))
    store_rows(t, 0, plan_.tensor(storage).rows.h);
}

void WorkBuilder::load_rows(int t, int first, int end) {
  const auto& tensor = plan_.tensor(t);
  Residence& r = first_write(t);
  const Placement place = r.place();
  const int piece = place.row_bytes / tensor.planes;
  each_run(config_, place, first, end, [&](int y, int rows, int base, int bank) {
    for (int plane = 0; plane < tensor.planes; ++plane) {
      insn::LoadAct i;
      i.base = base + plane * piece;
      i.bank = bank;
      i.row_pitch = place.row_pitch;
      i.rows = rows;
      i.row_bytes = piece;
      LoadWork l;
      l.insn = i;
      l.tensor = t;
      l.dram_offset = static_cast<std::uint32_t>((plane * place.rows + y) * piece);
      l.beats = act_beats(config_, rows, piece);
      wait_for_store(t, y, y + rows, &l);
      const int index = static_cast<int>(list_.loads.size());
      r.load_writes(y, y + rows, index, &l);
      add_load(std::move(l));
    }
  });
}

void WorkBuilder::wait_for_store(int t, int first, int end, LoadWork* l) const {
  if (plan_.tensor(t).first < 0) return;  // an input, stored elsewhere if at all
  const auto& stores = stored_rows_[static_cast<std::size_t>(t)];
  for (int y = first; y < end && y < static_cast<int>(stores.size()); ++y) {
    const int n = stores[static_cast<std::size_t>(y)];
    if (l->behind.empty() || l->behind.back() != n) l->behind.push_back(n);
  }
}

void WorkBuilder::store_strip(int storage, int first, int end) {
  const auto& outputs = plan_.outputs;
  for (const int t : outputs) {
    if (plan_.tensor(t).storage == storage) store_rows(t, first, end);
  }
  if (plan_.tensor(storage).spilled && !is_output(storage)) store_rows(storage, first, end);
}

void WorkBuilder::store_rows(int t, int first, int end) {
  Residence& r = residence(t);
  const Placement place = r.place();
  auto& stores = stored_rows_[static_cast<std::size_t>(plan_.tensor(t).storage)];
  stores.resize(static_cast<std::size_t>(place.rows), -1);
  each_run(config_, place, first, end, [&](int y, int rows, int base, int bank) {
    insn::StoreAct i;
    i.base = base;
    i.bank = bank;
    i.row_pitch = place.row_pitch;
    i.rows = rows;
    i.row_bytes = place.row_bytes;
    Work w;
    w.layer = layer_;
    w.insn = i;
    w.tensor = t;
    w.dram_offset = static_cast<std::uint32_t>(y * place.row_bytes);
    w.cycles = act_beats(config_, rows, place.row_bytes);
    r.store_reads(y, y + rows, here(), &w);
    // The last target of a row is the one that a later group reads, or as good.
    for (int k = y; k < y + rows; ++k) stores[static_cast<std::size_t>(k)] = here();
    add_work(std::move(w), 0);
  });
}

}  // namespace vernier::compiler
