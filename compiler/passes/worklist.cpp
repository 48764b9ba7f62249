#include <algorithm>

#include "compiler/passes/work_builder.h"
#include "hw_models/spec/error.h"

namespace vernier::compiler {
namespace {

// A load that takes over a row's slot is asked for when its last reader lies so many works back:
// LOAD waits in order, and what stands behind it should not wait for that reader.
constexpr int kEvictDistance = 3;

}  // namespace

WorkBuilder::WorkBuilder(const Plan& plan) : plan_(plan), config_(plan.config) {
  current_.assign(plan.tensors.size(), -1);
  stored_rows_.resize(plan.tensors.size());
}

WorkList WorkBuilder::build() {
  for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
    const Group& group = plan_.groups[g];
    enter(group);
    if (group.first > group.last) {
      pass_through(group);
    } else if (group.streamed) {
      stream(group);
    } else if (group.slices > 1) {
      slice_by_slice(group);
    } else {
      layer_by_layer(group);
    }
  }
  return std::move(list_);
}

void WorkBuilder::enter(const Group& group) {
  cached_.clear();
  std::fill(current_.begin(), current_.end(), -1);
  layer_ = std::min(group.first, static_cast<int>(plan_.layers.size()) - 1);
  for (const auto& l : group.loaded) settle(l.tensor, l.place);
  for (int i = group.first; i <= group.last; ++i) {
    const auto& p = plan_of(i);
    if (p.mode != LayerPlan::Mode::kMatmul && p.mode != LayerPlan::Mode::kVector) continue;
    const int t = plan_.tensor(p.output).storage;
    settle(t, plan_.tensor(t).place);
  }
  kept_ = kept_constants(plan_, group);
}

void WorkBuilder::settle(int storage, const Placement& place) {
  current_[static_cast<std::size_t>(storage)] = static_cast<int>(residences_.size());
  residences_.emplace_back(config_, storage, place);
  written_.push_back(false);
}

std::size_t WorkBuilder::residence_index(int tensor) const {
  const int r = current_[static_cast<std::size_t>(plan_.tensor(tensor).storage)];
  check(r >= 0, "a group uses a tensor that has no place in it");
  return static_cast<std::size_t>(r);
}

Residence& WorkBuilder::first_write(int tensor) {
  const std::size_t r = residence_index(tensor);
  if (!written_[r]) {
    written_[r] = true;
    for (std::size_t i = 0; i < residences_.size(); ++i) {
      if (i != r && written_[i] && residences_[i].shares_bytes(residences_[r])) {
        residences_[r].replaces(residences_[i]);
      }
    }
  }
  return residences_[r];
}

void WorkBuilder::layer_by_layer(const Group& group) {
  for (const auto& l : group.loaded) {
    load_rows(l.tensor, 0, plan_.tensor(l.tensor).place.rows);
  }
  for (int i = group.first; i <= group.last; ++i) {
    layer_ = i;
    strip(plan_of(i), 0, plan_of(i).out.h);
  }
  store_group(group);
}

void WorkBuilder::store_group(const Group& group) {
  for (const int t : plan_.outputs) store_output(group, t);
  for (int i = group.first; i <= group.last; ++i) {
    const int t = plan_of(i).output;
    if (plan_.tensor(t).storage == t && plan_.tensor(t).spilled && !is_output(t)) {
      store_rows(t, 0, plan_.tensor(t).rows.h);
    }
  }
}

void WorkBuilder::slice_by_slice(const Group& group) {
  layer_ = group.first;
  LayerPlan part = plan_of(layer_);
  part.out.c /= group.slices;
  part.vector.a_view.c = part.out.c;
  const int t = plan_.tensor(part.vector.a).storage;
  for (int s = 0; s < group.slices; ++s) {
    load_slice(t, s * part.out.c, part.vector.a_view);
    vector(part, 0, part.out.h, s * part.out.c);
  }
  store_group(group);
}

void WorkBuilder::pass_through(const Group& group) {
  for (const auto& l : group.loaded) {
    const int height = l.place.rows, step = l.place.slots();
    for (int y = 0; y < height; y += step) {
      const int end = std::min(height, y + step);
      load_rows(l.tensor, y, end);
      for (const int t : plan_.outputs) {
        if (plan_.tensor(t).storage == l.tensor) store_rows(t, y, end);
      }
    }
  }
}

void WorkBuilder::stream(const Group& group) {
  Stream s = Stream::of_group(plan_, group);
  while (!s.finished()) {
    load_ahead(&s, false);
    int best = choose(s);
    while (best < 0) {
      check(load_ahead(&s, true), "a streamed group stands still");
      best = choose(s);
    }
    const auto l = static_cast<std::size_t>(best);
    const auto& layer = s.layers()[l];
    const int y = layer.done, end = layer.next();
    layer_ = layer.layer;
    strip(plan_of(layer_), y, end - y);
    const auto& out = s.tensors()[layer.output];
    s.advance(l);
    if (out.stored) store_strip(out.tensor, y, end);
  }
}

bool WorkBuilder::load_ahead(Stream* s, bool force) {
  bool any = false;
  for (std::size_t t = 0; t < s->tensors().size(); ++t) {
    while (s->can_load(t)) {
      const auto& tensor = s->tensors()[t];
      const int y = tensor.produced, end = s->load_end(t);
      const int reader = residence(tensor.tensor).evicted_reader(end - 1);
      if (!force && reader >= 0 && here() - reader < kEvictDistance) break;
      layer_ = first_reader(*s, t);
      load_rows(tensor.tensor, y, end);
      s->load(t);
      any = true;
      if (force) return true;
    }
  }
  return any;
}

int WorkBuilder::first_reader(const Stream& s, std::size_t t) {
  for (const auto& l : s.layers()) {
    for (const auto& in : l.inputs) {
      if (in.tensor == t) return l.layer;
    }
  }
  return 0;
}

int WorkBuilder::choose(const Stream& s) {
  int best = -1;
  std::int64_t best_time = 0;
  for (std::size_t l = s.layers().size(); l-- > 0;) {
    if (!s.ready(l)) continue;
    const auto& layer = s.layers()[l];
    const bool mac = plan_of(layer.layer).mode == LayerPlan::Mode::kMatmul;
    std::int64_t time = 0;
    for (const auto& in : layer.inputs) {
      time = std::max(time, rows_there(in.use, layer.done, layer.next()));
    }
    if (time <= (mac ? mac_end_ : post_end_)) return static_cast<int>(l);
    if (best < 0 || time < best_time) {
      best = static_cast<int>(l);
      best_time = time;
    }
  }
  return best;
}

std::int64_t WorkBuilder::rows_there(const RowUse& use, int y, int end) {
  const auto& r = residence(use.tensor);
  const int first = use.first(y), last = use.end(end);
  Work w;
  r.add_loads(first, last, &w);
  std::int64_t time = 0;
  for (const int l : w.loads) time = std::max(time, load_ends_[static_cast<std::size_t>(l)]);
  const int writer = r.writer(first, last);
  return writer < 0 ? time : std::max(time, ends_[static_cast<std::size_t>(writer)]);
}

WorkList make_work(const Plan& plan) { return WorkBuilder(plan).build(); }

}  // namespace vernier::compiler
