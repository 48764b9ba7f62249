// Tiles, drains and POST instructions of a layer, with the constants that they need.
#include <algorithm>

#include "compiler/passes/vector_work.h"
#include "compiler/passes/work_builder.h"
#include "hw_models/spec/durations.h"

namespace vernier::compiler {
namespace {

// Cycles from a tile's end to the end of its drain, about.
constexpr std::int64_t kDrainTail = 12;

}  // namespace

int WorkBuilder::add_load(LoadWork load) {
  load.layer = layer_;
  load_end_ += load.beats;
  load_ends_.push_back(load_end_ + config_.dram_latency_cycles);
  list_.loads.push_back(std::move(load));
  return static_cast<int>(list_.loads.size()) - 1;
}

int WorkBuilder::add_block(ConstantBlock::Kind kind, int channel, int channels, std::size_t chunk,
                           std::int64_t bytes) {
  list_.blocks.push_back(
      {kind, layer_, channel, channels, chunk, static_cast<std::uint32_t>(bytes)});
  return static_cast<int>(list_.blocks.size()) - 1;
}

void WorkBuilder::add_work(Work w, std::int64_t end) {
  list_.work.push_back(std::move(w));
  ends_.push_back(end);
}

void WorkBuilder::strip(const LayerPlan& layer, int y, int rows) {
  if (layer.mode == LayerPlan::Mode::kMatmul) matmul(layer, y, y + rows);
  if (layer.mode == LayerPlan::Mode::kVector) vector(layer, y, rows);
}

void WorkBuilder::matmul(const LayerPlan& layer, int y_begin, int y_end) {
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
    if (c % record_group(config_) == 0) params = params_load(layer, c);
    for (int y = y_begin; y < y_end; y += m.tile_h) {
      for (int x = 0; x < layer.out.w; x += m.tile_w) {
        tile(layer, {y, x, c, std::min(m.tile_h, y_end - y)}, weights, params);
      }
    }
  }
}

int WorkBuilder::weights_load(const MatmulPlan& m, int channel, std::size_t chunk) {
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

int WorkBuilder::params_load(const LayerPlan& layer, int channel) {
  return kept(ConstantBlock::Kind::kParams, channel, 0, kept_.records, [&] {
    LoadWork l;
    l.kind = LoadWork::Kind::kParams;
    l.extent = std::min(record_group(config_), layer.out.c - channel);
    l.beats = dram_beats(config_, l.extent * kParamRecordBytes);
    l.block = add_block(ConstantBlock::Kind::kParams, channel, static_cast<int>(l.extent), 0,
                        l.extent * kParamRecordBytes);
    return add_load(std::move(l));
  });
}

int WorkBuilder::table_load(const VectorPlan& v) {
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

void WorkBuilder::tile(const LayerPlan& layer, const Origin& o, int weights, int params) {
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

std::int64_t WorkBuilder::inputs_there(const Work& w) const {
  std::int64_t time = 0;
  for (const int l : w.loads) time = std::max(time, load_ends_[static_cast<std::size_t>(l)]);
  for (const int b : w.behind) time = std::max(time, ends_[static_cast<std::size_t>(b)]);
  return time;
}

void WorkBuilder::reduce(const MatmulPlan& m, std::size_t k, int channel) {
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

void WorkBuilder::drain(const LayerPlan& layer, const Origin& o, int width, int buffer, int params,
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
  w.record = o.c % record_group(config_);
  w.loads.push_back(params);
  load(params).last_use = here();
  w.cycles = post_duration(config_, {}, d);
  residence(layer.output).post_writes(o.y, o.y + o.height, here(), &w);
  drains_.push_back(here());
  post_end_ = std::max(mac_end_, mac_end_ - last_pass + w.cycles) + kDrainTail;
  add_work(std::move(w), post_end_);
}

void WorkBuilder::vector(const LayerPlan& layer, int y, int rows, int channel) {
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

}  // namespace vernier::compiler
