#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "compiler/passes.h"
#include "compiler/passes/cost.h"
#include "compiler/passes/place_refusal.h"
#include "compiler/passes/placer.h"
#include "compiler/passes/stream.h"
#include "hw_models/spec/durations.h"

namespace vernier::compiler {
namespace {

using Traffic = PlaceItem::Traffic;

// Layers that may run as one group at the most; keeps the search linear in the network's length.
constexpr int kMostLayers = 16;
// Strip heights that a streamed group is tried with, best first.
constexpr int kCaps[] = {1 << 14, 8, 4, 3, 2, 1};

// A group with a place for each of its tensors.
struct Placed {
  Group group;
  std::vector<PlaceItem> items;
  std::vector<std::pair<int, int>> steps;  // streamed: layer, rows of its strip
  std::int64_t cost = 0;                   // cycles, estimated
};

class Grouper {
 public:
  explicit Grouper(Plan* plan) : plan_(*plan), config_(plan->config) {
    for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
      uses_.push_back(row_uses(plan_, plan_.layers[i]));
    }
    find_partners();
  }

  void run() {
    const int last = static_cast<int>(plan_.layers.size()) - 1;
    auto items = resident_items(0, last, true);
    Placer placer(plan_, items);
    if (placer.run(false)) {
      Placed whole;
      whole.group.last = last;
      whole.items = placer.items();
      return accept(std::move(whole));
    }
    std::vector<Placed> groups = split();
    if (groups.empty()) refuse(&placer);
    if (!passing().empty()) groups.push_back(pass_through(&placer));
    for (auto& g : groups) accept(std::move(g));
  }

 private:
  int count() const { return static_cast<int>(plan_.layers.size()); }
  const LayerPlan& layer(int i) const { return plan_.layers[static_cast<std::size_t>(i)]; }

  void find_partners() {
    partners_.resize(plan_.tensors.size());
    for (const auto& l : plan_.layers) {
      if (l.mode != LayerPlan::Mode::kVector || l.vector.b < 0) continue;
      if (l.vector.broadcast != 0) continue;  // fetched in cycles of its own
      const int a = plan_.tensor(l.vector.a).storage;
      const int b = plan_.tensor(l.vector.b).storage;
      if (a == b) continue;
      partners_[static_cast<std::size_t>(a)].push_back(b);
      partners_[static_cast<std::size_t>(b)].push_back(a);
    }
  }

  // The last layer of first..last that reads a storage, -1: none.
  int last_reader(int storage, int first, int last) const {
    for (int i = last; i >= first; --i) {
      for (const auto& u : uses_[static_cast<std::size_t>(i)]) {
        if (u.tensor == storage) return i;
      }
    }
    return -1;
  }

  // Tensors that layers first..last read and do not write, in order of use.
  std::vector<int> loaded(int first, int last) const {
    std::vector<int> list;
    for (int i = first; i <= last; ++i) {
      for (const auto& u : uses_[static_cast<std::size_t>(i)]) {
        if (plan_.tensor(u.tensor).first >= first) continue;
        if (std::find(list.begin(), list.end(), u.tensor) == list.end()) list.push_back(u.tensor);
      }
    }
    return list;
  }

  // Graph outputs that are inputs under another name, whose bytes no layer writes.
  std::vector<int> passing() const {
    std::vector<int> list;
    for (const int t : plan_.outputs) {
      const int storage = plan_.tensor(t).storage;
      const bool there = std::find(list.begin(), list.end(), storage) != list.end();
      if (plan_.tensor(storage).first < 0 && !there) list.push_back(storage);
    }
    return list;
  }

  bool writes(int i) const {
    return layer(i).mode == LayerPlan::Mode::kMatmul || layer(i).mode == LayerPlan::Mode::kVector;
  }

  PlaceItem item(int storage, int first, int last) const {
    PlaceItem item;
    item.tensor = storage;
    item.slots = plan_.tensor(storage).rows.h;
    item.first = first;
    item.last = last;
    item.partners = partners_[static_cast<std::size_t>(storage)];
    return item;
  }

  // Every tensor whole, from its writer to its last reader. `all`: the group is the whole network,
  // whose inputs come first in the graph's order.
  std::vector<PlaceItem> resident_items(int first, int last, bool all) const {
    std::vector<PlaceItem> items;
    auto inputs = loaded(first, last);
    const auto through = all ? passing() : std::vector<int>{};
    if (all) {
      for (const int t : through) {
        if (std::find(inputs.begin(), inputs.end(), t) == inputs.end()) inputs.push_back(t);
      }
      const auto& order = plan_.inputs;
      std::stable_sort(inputs.begin(), inputs.end(), [&](int a, int b) {
        return std::find(order.begin(), order.end(), a) < std::find(order.begin(), order.end(), b);
      });
    }
    for (const int t : inputs) {
      items.push_back(item(t, first - 1, last_reader(t, first, last)));
      items.back().traffic = Traffic::kLoaded;
      if (std::find(through.begin(), through.end(), t) != through.end())
        items.back().last = count();
    }
    for (int i = first; i <= last; ++i) {
      if (!writes(i)) continue;
      const int t = plan_.tensor(layer(i).output).storage;
      const bool stored = plan_.tensor(t).last > last;
      items.push_back(item(t, i, stored ? last + 1 : std::max(i, last_reader(t, first, last))));
      if (stored) items.back().traffic = Traffic::kStored;
    }
    return items;
  }

  std::unique_ptr<Placed> resident(int first, int last) const {
    Placer placer(plan_, resident_items(first, last, false));
    if (!placer.run(false)) return {};
    auto p = std::make_unique<Placed>();
    p->group = {first, last, false, 1, {}};
    p->items = placer.items();
    p->cost = resident_cycles(plan_, p->group, traffic(first, last));
    return p;
  }

  // A pool of the whole image into one pixel, in as few slices of its channels as fit.
  std::unique_ptr<Placed> sliced(int i) const {
    const auto& l = layer(i);
    if (l.mode != LayerPlan::Mode::kVector || l.vector.kind != VectorPlan::Kind::kPool) return {};
    if (l.out.h != 1 || l.out.w != 1 || plan_.tensor(l.vector.a).planes != 1) return {};
    for (int slices = 2; slices <= l.out.c; ++slices) {
      if (l.out.c % slices != 0) continue;
      auto items = resident_items(i, i, false);
      items.front().row_bytes = l.vector.a_view.w * (l.vector.a_view.c / slices);
      Placer placer(plan_, std::move(items));
      if (!placer.run(false)) continue;
      auto p = std::make_unique<Placed>();
      p->group = {i, i, false, slices, {}};
      p->items = placer.items();
      // Nothing overlaps: each slice comes when the one before it has been read.
      p->cost = resident_cycles(plan_, p->group, traffic(i, i)) +
                slices * 2 * config_.dram_latency_cycles;
      return p;
    }
    return {};
  }

  // The cheapest strips that fit; nullptr when none do.
  std::unique_ptr<Placed> streamed(int first, int last, std::int64_t limit) const {
    std::unique_ptr<Placed> best;
    const Group group{first, last, true, 1, {}};
    const std::int64_t bytes_moved = traffic(first, last);
    Stream stream(plan_, first, last);
    const auto try_strips = [&](int cap, bool tight) {
      stream.cut(plan_, cap, tight);
      const std::int64_t cycles = streamed_cycles(plan_, stream, group, bytes_moved);
      if (cycles >= (best ? best->cost : limit)) return;
      if (!stream.settle() || !stream.rings_run(plan_)) return;
      for (const bool apart : {true, false}) {
        // Transfers that share pages with others keep them waiting.
        const std::int64_t cost = cycles + (apart ? 0 : dram_beats(config_, bytes_moved));
        if (cost >= (best ? best->cost : limit)) break;
        Placer placer(plan_, stream_items(stream, first, last));
        if (!placer.run(apart)) continue;
        best = std::make_unique<Placed>();
        best->group = group;
        best->items = placer.items();
        best->cost = cost;
        for (const auto& l : stream.layers()) best->steps.emplace_back(l.layer, l.step);
        for (const auto& t : stream.tensors()) {
          if (t.producer < 0) best->group.loaded.push_back({t.tensor, {}, t.load_step});
        }
        break;
      }
    };
    for (const int cap : kCaps) try_strips(cap, false);
    // A layer that has no other way.
    if (!best && first == last) {
      for (const int cap : kCaps) try_strips(cap, true);
    }
    return best;
  }

  std::vector<PlaceItem> stream_items(const Stream& stream, int first, int last) const {
    std::vector<PlaceItem> items;
    for (const auto traffic : {Traffic::kLoaded, Traffic::kInner, Traffic::kStored}) {
      for (const auto& t : stream.tensors()) {
        const auto own = t.producer < 0 ? Traffic::kLoaded
                         : t.stored     ? Traffic::kStored
                                        : Traffic::kInner;
        if (own != traffic) continue;
        items.push_back(item(t.tensor, first, last));
        items.back().slots = t.slots;
        items.back().traffic = own;
      }
    }
    return items;
  }

  // A group behind all layers: one after the other, each in as many row slots as there are.
  Placed pass_through(Placer* whole) const {
    Placed p;
    p.group = {count(), count() - 1, true, 1, {}};
    for (const int t : passing()) {
      std::vector<PlaceItem> one{item(t, 0, 0)};
      one[0].traffic = Traffic::kLoaded;
      const auto& rows = plan_.tensor(t).rows;
      const int row_bytes = rows.w * rows.c;
      one[0].slots = std::min(rows.h, config_.act_bank_bytes() / row_bytes * config_.act_mem_banks);
      Placer placer(plan_, one);
      if (one[0].slots == 0 || !placer.run(false)) refuse(whole);
      p.items.push_back(placer.items()[0]);
    }
    return p;
  }

  std::int64_t bytes(int storage) const {
    const auto& r = plan_.tensor(storage).rows;
    return std::int64_t{r.h} * r.w * r.c;
  }

  // Bytes that go through DRAM because first..last are a group.
  std::int64_t traffic(int first, int last) const {
    std::int64_t sum = 0;
    for (const int t : loaded(first, last)) sum += bytes(t);
    for (int i = first; i <= last; ++i) {
      if (!writes(i)) continue;
      const int t = plan_.tensor(layer(i).output).storage;
      if (plan_.tensor(t).last > last) sum += bytes(t);
    }
    return sum;
  }

  // The cheapest partition of all layers; empty when there is none.
  std::vector<Placed> split() const {
    constexpr auto kNever = std::numeric_limits<std::int64_t>::max();
    const int n = count();
    std::vector<std::int64_t> cost(static_cast<std::size_t>(n) + 1, kNever);
    std::vector<std::unique_ptr<Placed>> choice(static_cast<std::size_t>(n));
    cost.back() = 0;
    for (int i = n - 1; i >= 0; --i) {
      auto& best = cost[static_cast<std::size_t>(i)];
      bool resident_fits = true;
      for (int j = i; j < n && (j < i + kMostLayers || resident_fits); ++j) {
        const auto rest = cost[static_cast<std::size_t>(j) + 1];
        const auto try_group = [&](std::unique_ptr<Placed> placed) {
          if (!placed || rest == kNever || placed->cost + rest >= best) return;
          best = placed->cost + rest;
          choice[static_cast<std::size_t>(i)] = std::move(placed);
        };
        if (resident_fits) {
          auto placed = resident(i, j);
          resident_fits = placed != nullptr;
          try_group(std::move(placed));
        }
        if (rest < best && j < i + kMostLayers) try_group(streamed(i, j, best - rest));
        if (i == j && best == kNever) try_group(sliced(i));
      }
    }
    std::vector<Placed> list;
    if (cost[0] == kNever) return list;
    for (int i = 0; i < n;) {
      list.push_back(std::move(*choice[static_cast<std::size_t>(i)]));
      i = list.back().group.last + 1;
    }
    return list;
  }

  // Writes a group's places and steps into the plan.
  void accept(Placed p) {
    for (int i = p.group.first; i <= p.group.last; ++i) {
      auto& l = plan_.layers[static_cast<std::size_t>(i)];
      l.strip_h = l.out.h;
    }
    for (const auto& [i, step] : p.steps) {
      auto& l = plan_.layers[static_cast<std::size_t>(i)];
      l.strip_h = step;
      l.matmul.tile_h = std::min(l.matmul.tile_h, step);
    }
    for (const auto& item : p.items) {
      auto& t = plan_.tensor(item.tensor);
      if (item.traffic != Traffic::kLoaded) {
        t.place = item.place;
        t.spilled = t.last > p.group.last;
        continue;
      }
      if (t.first < 0) t.place = item.place;
      const auto has = std::find_if(p.group.loaded.begin(), p.group.loaded.end(),
                                    [&](const auto& l) { return l.tensor == item.tensor; });
      if (has != p.group.loaded.end()) {
        has->place = item.place;
      } else {
        p.group.loaded.push_back({item.tensor, item.place, 0});
      }
    }
    plan_.groups.push_back(std::move(p.group));
  }

  // Names a layer that does not fit alone, however it is cut, else what found no room.
  [[noreturn]] void refuse(Placer* whole) const {
    const bool by_layer = count() > 1 && !lacks_port_alone(whole);
    for (int i = 0; by_layer && i < count(); ++i) {
      const bool fits = !writes(i) || resident(i, i) || sliced(i) ||
                        streamed(i, i, std::numeric_limits<std::int64_t>::max());
      if (!fits) refuse_layer(plan_, i);
    }
    refuse_placement(plan_, whole);
  }

  Plan& plan_;
  const HwConfig& config_;
  std::vector<std::vector<RowUse>> uses_;   // per layer
  std::vector<std::vector<int>> partners_;  // per storage
};

}  // namespace

void place(Plan* plan) {
  plan->groups.clear();
  Grouper(plan).run();
  for (const auto& layer : plan->layers) {
    auto& t = plan->tensor(layer.output);
    if (t.storage >= 0) t.place = plan->tensor(t.storage).place;
  }
}

}  // namespace vernier::compiler
