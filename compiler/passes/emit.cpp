#include <algorithm>
#include <map>
#include <tuple>

#include "compiler/bound.h"
#include "compiler/passes.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/machine.h"

namespace vernier::compiler {
namespace {

constexpr std::uint32_t kDramAlign = 64;
// The first page is short: boot streams it in before anything else can use the DRAM channel.
constexpr std::size_t kFirstPage = 64;

std::uint32_t aligned(std::uint64_t v) {
  const std::uint64_t up = (v + kDramAlign - 1) / kDramAlign * kDramAlign;
  check(up <= UINT32_MAX, "DRAM image over 4 GiB");
  return static_cast<std::uint32_t>(up);
}

// Weight rows of one chunk for the columns from `channel` on: row r holds lane r of each pass,
// column c output channel channel + c; columns without a channel hold the zero point, so they add
// 0. Weight k of output channel c lies at c * reduction + k, taps first at k * OC + c.
void put_weights(const LayerPlan& layer, const ConstantBlock& b, int cols,
                 std::vector<std::uint8_t>* out) {
  const auto& m = layer.matmul;
  const std::int64_t channels = m.taps_first ? 1 : m.in.c;
  const std::int64_t run = m.kernel.kernel_w * channels;
  const std::int64_t reduction = m.kernel.kernel_h * run;
  const auto& chunk = m.chunks[b.chunk];
  for (std::size_t p = chunk.first_pass; p < chunk.first_pass + chunk.passes; ++p) {
    for (const auto& s : m.passes[p].segments) {
      const std::int64_t k0 = s.ky * run + std::int64_t{s.kx} * channels + s.offset;
      for (std::int64_t k = k0; k < k0 + s.length; ++k) {
        for (int c = b.channel; c < b.channel + cols; ++c) {
          const std::int64_t at = m.taps_first ? k * layer.out.c + c : c * reduction + k;
          out->push_back(c < layer.out.c ? m.weights[at]
                                         : static_cast<std::uint8_t>(m.weight_zero));
        }
      }
    }
  }
}

void put_word(std::uint32_t v, std::vector<std::uint8_t>* out) {
  for (int i = 0; i < 4; ++i) out->push_back(static_cast<std::uint8_t>(v >> (8 * i)));
}

void put_params(const LayerPlan& layer, const ConstantBlock& b, std::vector<std::uint8_t>* out) {
  for (int c = b.channel; c < b.channel + b.channels; ++c) {
    const auto& r = layer.matmul.records[static_cast<std::size_t>(c)];
    put_word(static_cast<std::uint32_t>(r.bias), out);
    put_word(static_cast<std::uint32_t>(r.multiplier), out);
    put_word(static_cast<std::uint32_t>(r.shift) & 0xffu, out);
  }
}

class Emitter {
 public:
  Emitter(const Plan& plan, const Schedule& schedule, bool data)
      : plan_(plan), schedule_(schedule), data_(data) {}

  Program run() {
    program_.config = plan_.config;
    program_.model_sha256 = plan_.graph->sha256;
    paginate();
    constants();
    inputs_and_outputs();
    encode_all();
    describe_layers();
    return std::move(program_);
  }

 private:
  // Fills flat_ with page structure: LoadProgram of the next page early in each page, Switch or End
  // at its end.
  void paginate() {
    const auto cap = static_cast<std::size_t>(plan_.config.program_half_words());
    std::size_t at = 0;
    const std::size_t n = schedule_.insns.size();
    while (true) {
      program_.page_begin.push_back(static_cast<std::uint32_t>(flat_.size()));
      const std::size_t room = program_.page_begin.size() == 1 ? std::min(cap, kFirstPage) : cap;
      const bool last = n - at + 1 <= room;
      const std::size_t end = last ? n : at + room - 2;
      const bool first = at == 0;
      bool fetched = last;
      for (; at < end; ++at) {
        const auto& s = schedule_.insns[at];
        // Page 0 lets the loads that the first tile waits for go ahead.
        if (!fetched && (!first || engine_of(s.insn) != Engine::Load)) {
          fetch(s.layer);
          fetched = true;
        }
        flat_.push_back(s);
      }
      ScheduledInsn close;
      close.layer = flat_.empty() ? 0 : flat_.back().layer;
      if (!fetched) fetch(close.layer);
      if (last) {
        close.insn = insn::End{};
      } else {
        close.insn = insn::Switch{};
      }
      flat_.push_back(close);
      if (last) return;
    }
  }
  void fetch(int layer) {
    ScheduledInsn s;
    s.insn = insn::LoadProgram{};
    s.layer = layer;
    flat_.push_back(s);
  }

  void put(const LayerPlan& layer, const ConstantBlock& b) {
    switch (b.kind) {
      case ConstantBlock::Kind::kWeights:
        put_weights(layer, b, plan_.config.array_cols, &program_.image);
        break;
      case ConstantBlock::Kind::kParams:
        put_params(layer, b, &program_.image);
        break;
      case ConstantBlock::Kind::kTable:
        for (const auto v : layer.vector.table) put_word(v, &program_.image);
        break;
    }
  }

  // The same block asked for again (by another strip, or a reduction in chunks) is stored once.
  void constants() {
    program_.image_addr = aligned(flat_.size() * kInstructionBytes);
    using Key = std::tuple<ConstantBlock::Kind, int, int, std::size_t>;
    std::map<Key, std::uint32_t> stored;
    for (const auto& b : schedule_.blocks) {
      const auto [it, fresh] = stored.try_emplace({b.kind, b.layer, b.channel, b.chunk}, 0);
      if (fresh) {
        const auto& layer = plan_.layers[static_cast<std::size_t>(b.layer)];
        it->second = append(b.bytes, [&] { put(layer, b); });
      }
      block_addr_.push_back(it->second);
    }
    for (std::size_t i = 0; i < plan_.tensors.size(); ++i) {
      const auto& info = plan_.graph->tensors[i];
      const int t = static_cast<int>(i);
      if (!info.is_constant || plan_.tensor(t).storage != t) continue;
      const auto bytes = static_cast<std::uint32_t>(info.data.size());
      operands_.push_back({t,
                           append(bytes,
                                  [&] {
                                    program_.image.insert(program_.image.end(), info.data.begin(),
                                                          info.data.end());
                                  }),
                           bytes});
    }
  }

  // The next aligned place of the image, filled by `put` (zeros where values are not wanted).
  template <class Put>
  std::uint32_t append(std::uint32_t bytes, Put&& put_bytes) {
    const auto addr = program_.image_addr + aligned(program_.image.size());
    program_.image.resize(addr - program_.image_addr);
    if (data_) {
      put_bytes();
    } else {
      program_.image.resize(program_.image.size() + bytes);
    }
    check(program_.image.size() == addr - program_.image_addr + bytes,
          "a constant block has another size than its LOAD");
    return addr;
  }

  void inputs_and_outputs() {
    std::uint64_t at = std::uint64_t{program_.image_addr} + program_.image.size();
    const auto take = [&](int t) {
      const auto& r = plan_.tensor(t).rows;
      const DramTensor d{t, aligned(at), static_cast<std::uint32_t>(r.h * r.w * r.c)};
      at = std::uint64_t{d.addr} + d.bytes;
      return d;
    };
    for (const int t : plan_.inputs) program_.inputs.push_back(take(t));
    for (const int t : plan_.outputs) program_.outputs.push_back(take(t));
    for (const auto& layer : plan_.layers) {
      const auto& t = plan_.tensor(layer.output);
      if (t.storage == layer.output && t.spilled) spills_.push_back(take(layer.output));
    }
    program_.dram_bytes = aligned(at);
  }

  // Where LOAD finds a tensor, or STORE leaves it: they differ for an output that is an input too.
  std::uint32_t dram_of(int tensor, bool is_store) const {
    const auto& first = is_store ? program_.outputs : program_.inputs;
    const auto& second = is_store ? program_.inputs : program_.outputs;
    for (const auto* list : {&first, &second, &spills_, &operands_}) {
      for (const auto& d : *list) {
        if (d.tensor == tensor) return d.addr;
      }
    }
    check(false, "a transfer of a tensor that has no place in DRAM");
    return 0;
  }

  void encode_all() {
    std::size_t page = 0;
    for (std::size_t pc = 0; pc < flat_.size(); ++pc) {
      auto& s = flat_[pc];
      if (auto* i = std::get_if<insn::LoadProgram>(&s.insn)) {
        ++page;
        const std::size_t begin = program_.page_begin[page];
        const std::size_t end =
            page + 1 < program_.page_begin.size() ? program_.page_begin[page + 1] : flat_.size();
        i->dram_addr = static_cast<std::int64_t>(begin) * kInstructionBytes;
        i->count = static_cast<std::int64_t>(end - begin);
      }
      const auto constant = [&] { return block_addr_[static_cast<std::size_t>(s.block)]; };
      if (auto* i = std::get_if<insn::LoadWeights>(&s.insn)) i->dram_addr = constant();
      if (auto* i = std::get_if<insn::LoadParams>(&s.insn)) i->dram_addr = constant();
      if (auto* i = std::get_if<insn::LoadLut>(&s.insn)) i->dram_addr = constant();
      if (auto* i = std::get_if<insn::LoadAct>(&s.insn)) {
        i->dram_addr = dram_of(s.tensor, false) + s.dram_offset;
      }
      if (auto* i = std::get_if<insn::StoreAct>(&s.insn)) {
        i->dram_addr = dram_of(s.tensor, true) + s.dram_offset;
      }
      program_.words.push_back(encode(s.insn));
      program_.layer_of.push_back(static_cast<std::uint16_t>(s.layer));
    }
  }

  static std::string mapping(const LayerPlan& l) {
    if (l.mode == LayerPlan::Mode::kAlias) return "alias";
    if (l.mode == LayerPlan::Mode::kFolded) return "folded";
    if (l.mode == LayerPlan::Mode::kBoundary) return "boundary";
    if (l.mode == LayerPlan::Mode::kVector) return "vector";
    if (l.matmul.kernel.depthwise != 0) return "depthwise";
    return l.matmul.kernel.packed != 0 ? "packed" : "channel";
  }

  void describe_layers() {
    const Graph& graph = *plan_.graph;
    for (const auto& l : plan_.layers) {
      const Op& op = graph.ops[static_cast<std::size_t>(l.op)];
      LayerInfo info;
      info.op = op_name(op.type);
      info.name = graph.tensor(l.output).name;
      info.shape_in = graph.tensor(op.inputs[0]).shape;
      info.shape_out = graph.tensor(l.output).shape;
      info.macs = nominal_macs(graph, op);
      info.bound_cycles = bound_cycles(plan_, l);
      info.mapping = mapping(l);
      info.tensor = l.output;
      if (l.mode == LayerPlan::Mode::kAlias || l.mode == LayerPlan::Mode::kFolded) {
        info.alias_of = plan_.tensor(plan_.tensor(l.output).storage).first;
      }
      info.place = plan_.tensor(l.output).place;
      program_.layers.push_back(std::move(info));
    }
  }

  const Plan& plan_;
  const Schedule& schedule_;
  const bool data_;
  Program program_;
  std::vector<ScheduledInsn> flat_;
  std::vector<DramTensor> spills_;    // tensors that one group leaves to another
  std::vector<DramTensor> operands_;  // constants that are read like activations
  std::vector<std::uint32_t> block_addr_;
};

}  // namespace

Program emit(const Plan& plan, const Schedule& schedule, bool data) {
  return Emitter(plan, schedule, data).run();
}

}  // namespace vernier::compiler
