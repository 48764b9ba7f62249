// Builds the work list: which tiles, POST instructions and transfers, in which order, and what each
// must wait for. One object for one program.
#pragma once

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "compiler/passes/cost.h"
#include "compiler/passes/residence.h"
#include "compiler/passes/row_use.h"
#include "compiler/passes/stream.h"
#include "compiler/passes/worklist.h"
#include "hw_models/spec/descriptors.h"

namespace vernier::compiler {

class WorkBuilder {
 public:
  explicit WorkBuilder(const Plan& plan);
  WorkList build();

 private:
  struct Origin {
    int y, x, c;
    int height;
  };
  using BlockKey = std::tuple<ConstantBlock::Kind, int, int, std::size_t>;

  // --- groups: worklist.cpp
  // From now on the group's tensors lie in its places.
  void enter(const Group& group);
  void settle(int storage, const Placement& place);
  std::size_t residence_index(int tensor) const;
  // Before the first write into a residence: what lay in its bytes.
  Residence& first_write(int tensor);
  void layer_by_layer(const Group& group);
  void store_group(const Group& group);
  // A pool that reads a slice of the channels at a time, pixel by pixel from DRAM.
  void slice_by_slice(const Group& group);
  // Inputs that are outputs under another name, behind all layers.
  void pass_through(const Group& group);
  // Strip by strip: among the layers that can go on, the deepest one whose rows are there by the
  // time that MAC is free, else the one whose rows come first.
  void stream(const Group& group);
  // Rows whose slots are free; with `force`, one load whatever it takes. False when there is none.
  bool load_ahead(Stream* s, bool force);
  static int first_reader(const Stream& s, std::size_t t);
  int choose(const Stream& s);
  // About when the operand's rows for output rows [y, end) are there.
  std::int64_t rows_there(const RowUse& use, int y, int end);

  // --- transfers: transfer_work.cpp
  void load_slice(int t, int channel, const Hwc& view);
  bool is_output(int t) const;
  // A graph output whose bytes this group makes, or, where it is the only one, that are an input's.
  void store_output(const Group& group, int t);
  void load_rows(int t, int first, int end);
  // A spilled tensor's rows have reached DRAM.
  void wait_for_store(int t, int first, int end, LoadWork* l) const;
  void store_strip(int storage, int first, int end);
  void store_rows(int t, int first, int end);
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

  // --- layers: layer_work.cpp
  int add_load(LoadWork load);
  int add_block(ConstantBlock::Kind kind, int channel, int channels, std::size_t chunk,
                std::int64_t bytes);
  void add_work(Work w, std::int64_t end);
  void strip(const LayerPlan& layer, int y, int rows);
  void matmul(const LayerPlan& layer, int y_begin, int y_end);
  int weights_load(const MatmulPlan& m, int channel, std::size_t chunk);
  int params_load(const LayerPlan& layer, int channel);
  int table_load(const VectorPlan& v);
  void tile(const LayerPlan& layer, const Origin& o, int weights, int params);
  std::int64_t inputs_there(const Work& w) const;
  void reduce(const MatmulPlan& m, std::size_t k, int channel);
  void drain(const LayerPlan& layer, const Origin& o, int width, int buffer, int params,
             std::int64_t last_pass);
  // `channel`: where a slice's output channels begin.
  void vector(const LayerPlan& layer, int y, int rows, int channel = 0);
  LoadWork& load(int l) { return list_.loads[static_cast<std::size_t>(l)]; }
  int here() const { return static_cast<int>(list_.work.size()); }
  const LayerPlan& plan_of(int layer) const {
    return plan_.layers[static_cast<std::size_t>(layer)];
  }
  Residence& residence(int tensor) { return residences_[residence_index(tensor)]; }
  // The load of a constant block: the one of an earlier strip where the group keeps it.
  template <class Make>
  int kept(ConstantBlock::Kind kind, int channel, std::size_t chunk, bool keep, Make&& make) {
    if (!keep) return make();
    const auto [it, fresh] = cached_.try_emplace({kind, layer_, channel, chunk}, -1);
    if (fresh) it->second = make();
    return it->second;
  }

  const Plan& plan_;
  const HwConfig& config_;
  WorkList list_;
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

}  // namespace vernier::compiler
