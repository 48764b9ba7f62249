#include "compiler/passes/worklist.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "compiler/passes/cost.h"
#include "compiler/passes/residence.h"
#include "compiler/passes/row_use.h"
#include "compiler/passes/stream.h"
#include "compiler/passes/vector_work.h"
#include "hw_models/spec/durations.h"
#include "hw_models/spec/error.h"

namespace vernier::compiler {
namespace {

// Channels whose records are loaded together, so that a layer of any width fits the ring.
constexpr int kParamGroup = kParamRecords / 4;
// Cycles from a tile's end to the end of its drain, about.
constexpr std::int64_t kDrainTail = 12;
// A load that takes over a row's slot is asked for when its last reader lies so many works back:
// LOAD waits in order, and what stands behind it should not wait for that reader.
constexpr int kEvictDistance = 3;

class Builder {
 public:
  explicit Builder(const Plan& plan) : plan_(plan), config_(plan.config) {
    current_.assign(plan.tensors.size(), -1);
    stored_rows_.resize(plan.tensors.size());
  }

  WorkList build() {
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
      const Group& group = plan_.groups[g];
      enter(group);
      if (group.streamed) {
        stream(group);
      } else if (group.slices > 1) {
        slice_by_slice(group);
      } else {
        layer_by_layer(group);
      }
    }
    return std::move(list_);
  }

 private:
  int add_load(LoadWork load) {
    load.layer = layer_;
    load_end_ += load.beats;
    load_ends_.push_back(load_end_ + config_.dram_latency_cycles);
    list_.loads.push_back(std::move(load));
    return static_cast<int>(list_.loads.size()) - 1;
  }
  int add_block(ConstantBlock::Kind kind, int channel, int channels, std::size_t chunk,
                std::int64_t bytes) {
    list_.blocks.push_back(
        {kind, layer_, channel, channels, chunk, static_cast<std::uint32_t>(bytes)});
    return static_cast<int>(list_.blocks.size()) - 1;
  }
  LoadWork& load(int l) { return list_.loads[static_cast<std::size_t>(l)]; }
  int here() const { return static_cast<int>(list_.work.size()); }
  const LayerPlan& plan_of(int layer) const {
    return plan_.layers[static_cast<std::size_t>(layer)];
  }

  // --- groups

  // From now on the group's tensors lie in its places.
  void enter(const Group& group) {
    group_ = &group;
    cached_.clear();
    std::fill(current_.begin(), current_.end(), -1);
    layer_ = group.first;
    for (const auto& l : group.loaded) settle(l.tensor, l.place);
    for (int i = group.first; i <= group.last; ++i) {
      const auto& p = plan_of(i);
      if (p.mode != LayerPlan::Mode::kMatmul && p.mode != LayerPlan::Mode::kVector) continue;
      const int t = plan_.tensor(p.output).storage;
      settle(t, plan_.tensor(t).place);
    }
    kept_ = kept_constants(plan_, group);
  }
  void settle(int storage, const Placement& place) {
    current_[static_cast<std::size_t>(storage)] = static_cast<int>(residences_.size());
    residences_.emplace_back(config_, storage, place);
    written_.push_back(false);
  }
  std::size_t residence_index(int tensor) const {
    const int r = current_[static_cast<std::size_t>(plan_.tensor(tensor).storage)];
    check(r >= 0, "a group uses a tensor that has no place in it");
    return static_cast<std::size_t>(r);
  }
  Residence& residence(int tensor) { return residences_[residence_index(tensor)]; }

  // Before the first write into a residence: what lay in its bytes.
  Residence& first_write(int tensor) {
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

  void layer_by_layer(const Group& group) {
    for (const auto& l : group.loaded) {
      load_rows(l.tensor, 0, plan_.tensor(l.tensor).place.rows);
    }
    for (int i = group.first; i <= group.last; ++i) {
      layer_ = i;
      strip(plan_of(i), 0, plan_of(i).out.h);
    }
    store_group(group);
  }
  void store_group(const Group& group) {
    for (const int t : plan_.outputs) store_output(group, t);
    for (int i = group.first; i <= group.last; ++i) {
      const int t = plan_of(i).output;
      if (plan_.tensor(t).storage == t && plan_.tensor(t).spilled && !is_output(t)) {
        store_rows(t, 0, plan_.tensor(t).rows.h);
      }
    }
  }
  // A pool that reads a slice of the channels at a time, pixel by pixel from DRAM.
  void slice_by_slice(const Group& group) {
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
  void load_slice(int t, int channel, const Hwc& view) {
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
  bool is_output(int t) const {
    const auto& o = plan_.outputs;
    return std::find(o.begin(), o.end(), t) != o.end();
  }
  // A graph output whose bytes this group makes, or, in the last one, that are an input's.
  void store_output(const Group& group, int t) {
    const int storage = plan_.tensor(t).storage;
    const int first = plan_.tensor(storage).first;
    const bool last_group = group.last + 1 == static_cast<int>(plan_.layers.size());
    const bool made = first >= group.first && first <= group.last;
    if (made || (first < 0 && last_group)) store_rows(t, 0, plan_.tensor(storage).rows.h);
  }

  // Strip by strip: among the layers that can go on, the deepest one whose rows are there by the
  // time that MAC is free, else the one whose rows come first.
  void stream(const Group& group) {
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

  // Rows whose slots are free; with `force`, one load whatever it takes. False when there is none.
  bool load_ahead(Stream* s, bool force) {
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
  static int first_reader(const Stream& s, std::size_t t) {
    for (const auto& l : s.layers()) {
      for (const auto& in : l.inputs) {
        if (in.tensor == t) return l.layer;
      }
    }
    return 0;
  }

  int choose(const Stream& s) {
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
  // About when the operand's rows for output rows [y, end) are there.
  std::int64_t rows_there(const RowUse& use, int y, int end) {
    const auto& r = residence(use.tensor);
    const int first = use.first(y), last = use.end(end);
    Work w;
    r.add_loads(first, last, &w);
    std::int64_t time = 0;
    for (const int l : w.loads) time = std::max(time, load_ends_[static_cast<std::size_t>(l)]);
    const int writer = r.writer(first, last);
    return writer < 0 ? time : std::max(time, ends_[static_cast<std::size_t>(writer)]);
  }

  // --- transfers

  // Rows first..end - 1 of a tensor as transfers that no wrap of its slots cuts: visit(y, rows,
  // base, bank).
  template <class Visit>
  static void each_run(const HwConfig& config, const Placement& p, int first, int end,
                       Visit&& visit) {
    for (int y = first; y < end;) {
      const int slot = p.slot(y);
      const int rows = std::min(end - y, p.slots() - slot);
      const int g = p.bank + slot;
      visit(y, rows, p.base + g / config.act_mem_banks * p.row_pitch, g % config.act_mem_banks);
      y += rows;
    }
  }

  void load_rows(int t, int first, int end) {
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
  // A spilled tensor's rows have reached DRAM.
  void wait_for_store(int t, int first, int end, LoadWork* l) const {
    const auto& stores = stored_rows_[static_cast<std::size_t>(t)];
    for (int y = first; y < end && y < static_cast<int>(stores.size()); ++y) {
      const int n = stores[static_cast<std::size_t>(y)];
      if (l->behind.empty() || l->behind.back() != n) l->behind.push_back(n);
    }
  }

  void store_strip(int storage, int first, int end) {
    const auto& outputs = plan_.outputs;
    for (const int t : outputs) {
      if (plan_.tensor(t).storage == storage) store_rows(t, first, end);
    }
    if (plan_.tensor(storage).spilled && !is_output(storage)) store_rows(storage, first, end);
  }
  void store_rows(int t, int first, int end) {
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

  // --- layers

  void add_work(Work w, std::int64_t end) {
    list_.work.push_back(std::move(w));
    ends_.push_back(end);
  }

  void strip(const LayerPlan& layer, int y, int rows) {
    if (layer.mode == LayerPlan::Mode::kMatmul) matmul(layer, y, y + rows);
    if (layer.mode == LayerPlan::Mode::kVector) vector(layer, y, rows);
  }

  void matmul(const LayerPlan& layer, int y_begin, int y_end) {
    const auto& m = layer.matmul;
    const Placement p = residence(m.input).place();
    insn::MacIfmap f;
    f.base = p.base;
    f.bank = p.bank;
    f.row_pitch = p.row_pitch;
    f.height = m.in.h;
    f.width = m.in.w;
    f.channels = m.in.c;
    f.zero_point = m.zero_point;
    f.weight_zero = m.weight_zero;
    f.a_bits_log2 = 3;
    f.w_bits_log2 = 3;
    f.a_unsigned = m.a_unsigned ? 1 : 0;
    f.w_unsigned = m.w_unsigned ? 1 : 0;
    if (mac_layer_ != layer_) {
      mac_layer_ = layer_;
      regs_.ifmap = f;
      regs_.kernel = m.kernel;
      regs_.kernel.ring = p.ring;
      mac_pending_ = {regs_.ifmap, regs_.kernel};
      reduce_ = -1;
    }
    if (post_layer_ != layer_) {
      post_layer_ = layer_;
      post_pending_ = {ofmap_of(layer, residence(layer.output).place())};
    }
    first_write(layer.output);
    use_ = row_uses(plan_, layer).front();
    int params = -1;
    for (int c = 0; c < layer.out.c; c += config_.array_cols) {
      // The first weights go ahead of the records: the drain needs those later.
      const int weights = m.chunks.size() == 1 ? weights_load(m, c, 0) : -1;
      if (c % group_channels() == 0) params = params_load(layer, c);
      for (int y = y_begin; y < y_end; y += m.tile_h) {
        for (int x = 0; x < layer.out.w; x += m.tile_w) {
          tile(layer, {y, x, c, std::min(m.tile_h, y_end - y)}, weights, params);
        }
      }
    }
  }

  int group_channels() const { return std::max(config_.array_cols, kParamGroup); }

  // The load of a constant block: the one of an earlier strip where the group keeps it.
  template <class Make>
  int kept(ConstantBlock::Kind kind, int channel, std::size_t chunk, bool keep, Make&& make) {
    if (!keep) return make();
    const auto [it, fresh] = cached_.try_emplace({kind, layer_, channel, chunk}, -1);
    if (fresh) it->second = make();
    return it->second;
  }

  int weights_load(const MatmulPlan& m, int channel, std::size_t chunk) {
    return kept(ConstantBlock::Kind::kWeights, channel, chunk, kept_.weights, [&] {
      LoadWork l;
      l.kind = LoadWork::Kind::kWeights;
      l.extent = m.chunks[chunk].rows;
      l.beats = dram_beats(config_, l.extent * config_.array_cols);
      l.block = add_block(ConstantBlock::Kind::kWeights, channel, config_.array_cols, chunk,
                          l.extent * config_.array_cols);
      return add_load(std::move(l));
    });
  }

  int params_load(const LayerPlan& layer, int channel) {
    return kept(ConstantBlock::Kind::kParams, channel, 0, kept_.records, [&] {
      LoadWork l;
      l.kind = LoadWork::Kind::kParams;
      l.extent = std::min(group_channels(), layer.out.c - channel);
      l.beats = dram_beats(config_, l.extent * kParamRecordBytes);
      l.block = add_block(ConstantBlock::Kind::kParams, channel, static_cast<int>(l.extent), 0,
                          l.extent * kParamRecordBytes);
      return add_load(std::move(l));
    });
  }

  int table_load(const VectorPlan& v) {
    return kept(ConstantBlock::Kind::kTable, 0, 0, kept_.tables, [&] {
      LoadWork l;
      l.kind = LoadWork::Kind::kTable;
      l.extent = 1;
      l.entries = static_cast<std::int64_t>(v.table.size());
      l.beats = dram_beats(config_, l.entries * 4);
      l.block = add_block(ConstantBlock::Kind::kTable, 0, 0, 0, l.entries * 4);
      return add_load(std::move(l));
    });
  }

  struct Origin {
    int y, x, c;
    int height;
  };

  void tile(const LayerPlan& layer, const Origin& o, int weights, int params) {
    const auto& m = layer.matmul;
    const int width = std::min(m.tile_w, layer.out.w - o.x);
    const int buffer = tiles_ % config_.acc_mem_buffers;
    std::int64_t last_pass = 0;
    for (std::size_t k = 0; k < m.chunks.size(); ++k) {
      Work w;
      w.layer = layer_;
      insn::MacTile t;
      t.y0 = o.y;
      t.x0 = o.x;
      t.height = o.height;
      t.width = width;
      t.buffer = buffer;
      t.clear = k == 0 ? 1 : 0;
      w.weights = m.chunks.size() == 1 ? weights : weights_load(m, o.c, k);
      load(w.weights).last_use = here();
      w.first_rows = m.passes[m.chunks[k].first_pass].rows;
      residence(m.input).mac_reads(use_.first(o.y), use_.end(o.y + o.height), here(), &w);
      w.loads.push_back(w.weights);
      if (k == 0 && tiles_ >= config_.acc_mem_buffers) {
        w.behind.push_back(drains_[static_cast<std::size_t>(tiles_ - config_.acc_mem_buffers)]);
      }
      reduce(m, k, o.c);
      w.descriptors = std::move(mac_pending_);
      mac_pending_.clear();
      const auto timing = mac_tile_timing(config_, regs_, t);
      w.cycles = timing.duration;
      last_pass = timing.duration - timing.start_of_last_pass;
      w.insn = t;
      if (last_tile_ >= 0) list_.work[static_cast<std::size_t>(last_tile_)].next_tile = here();
      last_tile_ = here();
      mac_end_ = std::max(mac_end_, inputs_there(w)) + timing.duration;
      add_work(std::move(w), mac_end_);
    }
    ++tiles_;
    drain(layer, o, width, buffer, params, last_pass);
  }
  std::int64_t inputs_there(const Work& w) const {
    std::int64_t time = 0;
    for (const int l : w.loads) time = std::max(time, load_ends_[static_cast<std::size_t>(l)]);
    for (const int b : w.behind) time = std::max(time, ends_[static_cast<std::size_t>(b)]);
    return time;
  }

  void reduce(const MatmulPlan& m, std::size_t k, int channel) {
    if (m.kernel.depthwise == 0) channel = 0;
    if (reduce_ == static_cast<int>(k) && regs_.reduce.channel == channel) return;
    reduce_ = static_cast<int>(k);
    const auto& chunk = m.chunks[k];
    insn::MacReduce r;
    r.ky = chunk.begin.ky;
    r.kx = chunk.begin.kx;
    r.offset = chunk.begin.offset;
    r.passes = static_cast<std::int64_t>(chunk.passes);
    r.channel = channel;
    regs_.reduce = r;
    mac_pending_.push_back(r);
  }

  void drain(const LayerPlan& layer, const Origin& o, int width, int buffer, int params,
             std::int64_t last_pass) {
    Work w;
    w.layer = layer_;
    insn::PostDrain d;
    d.y0 = o.y;
    d.x0 = o.x;
    d.height = o.height;
    d.width = width;
    d.channel = o.c;
    d.cols = std::min(config_.array_cols, layer.out.c - o.c);
    d.buffer = buffer;
    const auto& tile = list_.work[static_cast<std::size_t>(last_tile_)].insn;
    d.lag = drain_lag(config_, regs_, std::get<insn::MacTile>(tile), d.cols);
    w.insn = d;
    w.descriptors = std::move(post_pending_);
    post_pending_.clear();
    w.drains = last_tile_;
    w.trails = last_pass;
    w.params = params;
    w.record = o.c % group_channels();
    w.loads.push_back(params);
    load(params).last_use = here();
    w.cycles = post_duration(config_, {}, d);
    residence(layer.output).post_writes(o.y, o.y + o.height, here(), &w);
    drains_.push_back(here());
    post_end_ = std::max(mac_end_, mac_end_ - last_pass + w.cycles) + kDrainTail;
    add_work(std::move(w), post_end_);
  }

  // `channel`: where a slice's output channels begin.
  void vector(const LayerPlan& layer, int y, int rows, int channel = 0) {
    const auto& v = layer.vector;
    VectorPlaces places;
    for (const int t : v.operands()) places.operands.emplace_back(t, residence(t).place());
    places.out = first_write(layer.output).place();
    places.out.base += channel;
    const auto uses = row_uses(plan_, layer);
    const int out_rows = static_cast<int>(places.out.rows);
    const bool all = rows >= layer.out.h;
    int table = -1;
    if (!v.table.empty()) table = table_load(v);
    post_layer_ = -1;
    PostRegisters r;
    for (auto& piece : vector_pieces(config_, layer, places, y, rows)) {
      Work w;
      w.layer = layer_;
      Registers registers;
      registers.post = r;
      for (const auto& d : piece.descriptors) registers.load(d);
      r = registers.post;
      w.descriptors = std::move(piece.descriptors);
      w.insn = piece.insn;
      for (const auto& u : uses) {
        residence(u.tensor).post_reads(u.first(y), u.end(y + rows), here(), &w);
      }
      if (table >= 0) {
        load(table).last_use = here();
        w.table = table;
        w.loads.push_back(table);
      }
      residence(layer.output).post_writes(all ? 0 : y, all ? out_rows : y + rows, here(), &w);
      w.cycles = post_duration(config_, r, w.insn);
      post_end_ = std::max(post_end_, inputs_there(w)) + w.cycles;
      add_work(std::move(w), post_end_);
    }
  }

  using BlockKey = std::tuple<ConstantBlock::Kind, int, int, std::size_t>;

  const Plan& plan_;
  const HwConfig& config_;
  WorkList list_;
  const Group* group_ = nullptr;
  int layer_ = 0;
  // --- tensors
  std::vector<Residence> residences_;
  std::vector<bool> written_;                  // per residence
  std::vector<int> current_;                   // per tensor: its residence in this group
  std::vector<std::vector<int>> stored_rows_;  // per storage and row: the STORE work
  // --- constants that the group keeps
  KeptConstants kept_;
  std::map<BlockKey, int> cached_;
  // --- what the engines' registers hold
  MacRegisters regs_;
  int mac_layer_ = -1, post_layer_ = -1;
  std::vector<Instruction> mac_pending_, post_pending_;
  int reduce_ = -1;          // chunk that MacReduce stands at
  RowUse use_;               // of the layer that `tile` works on
  int tiles_ = 0;            // output tiles so far
  int last_tile_ = -1;       // work index of the last MAC tile
  std::vector<int> drains_;  // per output tile
  // --- a rough clock, for the order of strips
  std::int64_t mac_end_ = 0, post_end_ = 0, load_end_ = 0;
  std::vector<std::int64_t> ends_;       // per work
  std::vector<std::int64_t> load_ends_;  // per load
};

}  // namespace

WorkList make_work(const Plan& plan) { return Builder(plan).build(); }

}  // namespace vernier::compiler
