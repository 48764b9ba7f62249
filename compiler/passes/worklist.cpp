#include "compiler/passes/worklist.h"

#include <algorithm>

#include "hw_models/spec/durations.h"

namespace vernier::compiler {
namespace {

// Channels whose records are loaded together, so that a layer of any width fits the ring.
constexpr int kParamGroup = kParamRecords / 4;

class Builder {
 public:
  explicit Builder(const Plan& plan) : plan_(plan), config_(plan.config) {
    list_.last_writer.assign(plan.tensors.size(), -1);
    row_writer_.resize(plan.tensors.size());
    input_load_.assign(plan.tensors.size(), -1);
  }

  WorkList build() {
    load_inputs();
    for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
      layer_ = static_cast<int>(i);
      const auto& layer = plan_.layers[i];
      if (layer.mode == LayerPlan::Mode::kMatmul) matmul(layer);
      if (layer.mode == LayerPlan::Mode::kVector) vector(layer);
    }
    return std::move(list_);
  }

 private:
  int add_load(LoadWork load) {
    load.layer = layer_;
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

  void load_inputs() {
    for (const int t : plan_.graph->inputs) {
      if (!plan_.tensor(t).is_read()) continue;
      const auto& p = plan_.tensor(t).place;
      insn::LoadAct i;
      i.base = p.base;
      i.bank = p.bank;
      i.row_pitch = p.row_pitch;
      i.rows = p.rows;
      i.row_bytes = p.row_bytes;
      LoadWork l;
      l.insn = i;
      l.tensor = t;
      l.beats = act_beats(config_, p.rows, p.row_bytes);
      input_load_[static_cast<std::size_t>(t)] = add_load(std::move(l));
    }
  }

  // Whoever reads a tensor waits for the LOAD of a graph input.
  void read_input(Work* w, int t) {
    const int l = input_load_[static_cast<std::size_t>(plan_.tensor(t).storage)];
    if (l >= 0) w->loads.push_back(l);
  }

  // The last POST work that wrote rows up to `row` of a tensor; all rows when its readers see it in
  // other rows than its writer.
  int writer(int t, int row, int view_rows) const {
    const auto& rows = row_writer_[static_cast<std::size_t>(plan_.tensor(t).storage)];
    if (rows.empty()) return -1;
    const auto last = static_cast<std::size_t>(view_rows == static_cast<int>(rows.size())
                                                   ? std::min(row, view_rows - 1)
                                                   : static_cast<int>(rows.size()) - 1);
    return *std::max_element(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(last) + 1);
  }
  void write_rows(int t, int y0, int rows) {
    auto& list = row_writer_[static_cast<std::size_t>(t)];
    list.resize(static_cast<std::size_t>(plan_.tensor(t).place.rows), -1);
    for (int y = y0; y < y0 + rows; ++y) list[static_cast<std::size_t>(y)] = here();
    list_.last_writer[static_cast<std::size_t>(t)] = here();
  }

  Instruction ofmap(const LayerPlan& layer) const {
    const auto& p = plan_.tensor(layer.output).place;
    insn::PostOfmap o;
    o.base = p.base;
    o.bank = p.bank;
    o.row_pitch = p.row_pitch;
    o.width = layer.out.w;
    o.channels = layer.out.c;
    o.zero_point = layer.zero_point;
    o.lo = layer.lo;
    o.hi = layer.hi;
    o.rounding = static_cast<int>(layer.rounding);
    o.shift_only = layer.shift_only ? 1 : 0;
    return o;
  }

  void matmul(const LayerPlan& layer) {
    const auto& m = layer.matmul;
    const auto& p = plan_.tensor(m.input).place;
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
    regs_.ifmap = f;
    regs_.kernel = m.kernel;
    mac_pending_ = {f, m.kernel};
    post_pending_ = {ofmap(layer)};
    reduce_ = -1;
    int params = -1;
    for (int c = 0; c < layer.out.c; c += config_.array_cols) {
      // The first weights go ahead of the records: the drain needs those later.
      const int weights = m.chunks.size() == 1 ? weights_load(m, c, 0) : -1;
      if (c % group() == 0) params = params_load(layer, c);
      for (int y = 0; y < layer.out.h; y += m.tile_h) {
        for (int x = 0; x < layer.out.w; x += m.tile_w) {
          tile(layer, {y, x, c}, weights, params);
        }
      }
    }
  }

  int group() const { return std::max(config_.array_cols, kParamGroup); }

  int weights_load(const MatmulPlan& m, int channel, std::size_t chunk) {
    LoadWork l;
    l.kind = LoadWork::Kind::kWeights;
    l.extent = m.chunks[chunk].rows;
    l.beats = dram_beats(config_, l.extent * config_.array_cols);
    l.block = add_block(ConstantBlock::Kind::kWeights, channel, config_.array_cols, chunk,
                        l.extent * config_.array_cols);
    return add_load(std::move(l));
  }

  int params_load(const LayerPlan& layer, int channel) {
    LoadWork l;
    l.kind = LoadWork::Kind::kParams;
    l.extent = std::min(group(), layer.out.c - channel);
    l.beats = dram_beats(config_, l.extent * kParamRecordBytes);
    l.block = add_block(ConstantBlock::Kind::kParams, channel, static_cast<int>(l.extent), 0,
                        l.extent * kParamRecordBytes);
    return add_load(std::move(l));
  }

  struct Origin {
    int y, x, c;
  };

  void tile(const LayerPlan& layer, const Origin& o, int weights, int params) {
    const auto& m = layer.matmul;
    const int height = std::min(m.tile_h, layer.out.h - o.y);
    const int width = std::min(m.tile_w, layer.out.w - o.x);
    const int buffer = tiles_ % config_.acc_mem_buffers;
    const int last_row =
        (o.y + height - 1) * static_cast<int>(m.kernel.stride_h) -
        static_cast<int>(m.kernel.pad_top) +
        (static_cast<int>(m.kernel.kernel_h) - 1) * static_cast<int>(m.kernel.dilation_h);
    std::int64_t last_pass = 0;
    for (std::size_t k = 0; k < m.chunks.size(); ++k) {
      Work w;
      w.layer = layer_;
      insn::MacTile t;
      t.y0 = o.y;
      t.x0 = o.x;
      t.height = height;
      t.width = width;
      t.buffer = buffer;
      t.clear = k == 0 ? 1 : 0;
      w.weights = m.chunks.size() == 1 ? weights : weights_load(m, o.c, k);
      load(w.weights).last_use = here();
      w.first_rows = m.passes[m.chunks[k].first_pass].rows;
      read_input(&w, m.input);
      w.loads.push_back(w.weights);
      w.reads_behind = writer(m.input, std::max(0, last_row), m.in.h);
      if (k == 0 && tiles_ >= config_.acc_mem_buffers) {
        w.buffer_behind = drains_[static_cast<std::size_t>(tiles_ - config_.acc_mem_buffers)];
      }
      reduce(m, k);
      w.descriptors = std::move(mac_pending_);
      mac_pending_.clear();
      const auto timing = mac_tile_timing(config_, regs_, t);
      w.cycles = timing.duration;
      last_pass = timing.duration - timing.start_of_last_pass;
      w.insn = t;
      if (last_tile_ >= 0) list_.work[static_cast<std::size_t>(last_tile_)].next_tile = here();
      last_tile_ = here();
      list_.work.push_back(std::move(w));
    }
    ++tiles_;
    drain(layer, o, height, width, buffer, params, last_pass);
  }

  void reduce(const MatmulPlan& m, std::size_t k) {
    if (reduce_ == static_cast<int>(k)) return;
    reduce_ = static_cast<int>(k);
    const auto& chunk = m.chunks[k];
    insn::MacReduce r;
    r.ky = chunk.begin.ky;
    r.kx = chunk.begin.kx;
    r.offset = chunk.begin.offset;
    r.passes = static_cast<std::int64_t>(chunk.passes);
    regs_.reduce = r;
    mac_pending_.push_back(r);
  }

  void drain(const LayerPlan& layer, const Origin& o, int height, int width, int buffer, int params,
             std::int64_t last_pass) {
    Work w;
    w.layer = layer_;
    insn::PostDrain d;
    d.y0 = o.y;
    d.x0 = o.x;
    d.height = height;
    d.width = width;
    d.channel = o.c;
    d.cols = std::min(config_.array_cols, layer.out.c - o.c);
    d.buffer = buffer;
    w.insn = d;
    w.descriptors = std::move(post_pending_);
    post_pending_.clear();
    w.drains = last_tile_;
    w.trails = last_pass;
    w.params = params;
    w.record = o.c % group();
    w.loads.push_back(params);
    load(params).last_use = here();
    w.cycles = post_duration(config_, {}, d);
    write_rows(layer.output, o.y, height);
    drains_.push_back(here());
    list_.work.push_back(std::move(w));
  }

  template <class Source>
  Source source(int t, const Hwc& view, int zero) const {
    const auto& p = plan_.tensor(t).place;
    Source s;
    s.base = p.base;
    s.bank = p.bank;
    s.row_pitch = p.row_pitch;
    s.height = view.h;
    s.width = view.w;
    s.channels = view.c;
    s.zero_point = zero;
    return s;
  }

  void vector(const LayerPlan& layer) {
    const auto& v = layer.vector;
    PostRegisters r;
    Work w;
    w.layer = layer_;
    r.ofmap = std::get<insn::PostOfmap>(ofmap(layer));
    r.a = source<insn::PostSourceA>(v.a, v.a_view, v.a_zero);
    w.descriptors = {r.ofmap, r.a};
    read_input(&w, v.a);
    if (v.kind == VectorPlan::Kind::kAdd) {
      w.descriptors.push_back(source<insn::PostSourceB>(v.b, v.a_view, v.b_zero));
      read_input(&w, v.b);
    }
    if (v.kind == VectorPlan::Kind::kAdd || v.kind == VectorPlan::Kind::kRescale) {
      w.descriptors.push_back(v.scale);
    }
    if (!v.table.empty()) {
      LoadWork l;
      l.kind = LoadWork::Kind::kTable;
      l.extent = 1;
      l.entries = static_cast<std::int64_t>(v.table.size());
      l.beats = dram_beats(config_, l.entries * 4);
      l.block = add_block(ConstantBlock::Kind::kTable, 0, 0, 0, l.entries * 4);
      l.last_use = here();
      w.table = add_load(std::move(l));
      w.loads.push_back(w.table);
    }
    if (v.kind == VectorPlan::Kind::kPool) w.descriptors.push_back(v.window);
    w.insn = whole(layer);
    r.window = v.window;
    w.cycles = post_duration(config_, r, w.insn);
    std::sort(w.loads.begin(), w.loads.end());
    write_rows(layer.output, 0, plan_.tensor(layer.output).place.rows);
    list_.work.push_back(std::move(w));
  }

  // The one instruction that does the whole layer.
  static Instruction whole(const LayerPlan& layer) {
    const auto& v = layer.vector;
    switch (v.kind) {
      case VectorPlan::Kind::kAdd: {
        insn::PostAdd i;
        i.rows = v.a_view.h;
        return i;
      }
      case VectorPlan::Kind::kRescale: {
        insn::PostRescale i;
        i.rows = v.a_view.h;
        return i;
      }
      case VectorPlan::Kind::kPool: {
        insn::PostPool i;
        i.rows = layer.out.h;
        i.average = v.average ? 1 : 0;
        return i;
      }
      case VectorPlan::Kind::kSoftmax: {
        insn::PostSoftmax i;
        i.rows = v.a_view.h;
        return i;
      }
      case VectorPlan::Kind::kMove: {
        insn::PostMove i;
        i.bytes = std::int64_t{v.a_view.h} * v.a_view.w * v.a_view.c;
        return i;
      }
    }
    return {};
  }

  const Plan& plan_;
  const HwConfig& config_;
  WorkList list_;
  int layer_ = 0;
  MacRegisters regs_;
  std::vector<Instruction> mac_pending_, post_pending_;
  int reduce_ = -1;                           // chunk that MacReduce stands at
  int tiles_ = 0;                             // output tiles so far
  int last_tile_ = -1;                        // work index of the last MAC tile
  std::vector<int> drains_;                   // per output tile
  std::vector<std::vector<int>> row_writer_;  // per storage tensor and row
  std::vector<int> input_load_;               // per graph input
};

}  // namespace

WorkList make_work(const Plan& plan) { return Builder(plan).build(); }

}  // namespace vernier::compiler
