// What the compiler knows of each layer; the passes fill it from top to bottom.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/spec/graph.h"
#include "hw_models/spec/hw_config.h"
#include "hw_models/spec/isa.h"
#include "hw_models/spec/mac_passes.h"
#include "hw_models/spec/numerics.h"
#include "hw_models/spec/program.h"

namespace vernier::compiler {

// One output channel's parameters as LOAD brings them.
struct ChannelRecord {
  std::int32_t bias = 0;
  std::int32_t multiplier = 0;
  int shift = 0;  // exponent, or right-shift count when the layer is shift_only
};

// A run of reduction passes whose weights are loaded together.
struct Chunk {
  PassState begin;
  std::size_t first_pass = 0, passes = 0;
  int rows = 0;  // weight rows
};

// A layer on the MAC array.
struct MatmulPlan {
  // --- fold
  int input = -1;          // tensor
  Hwc in;                  // how the ifmap's bytes are read
  insn::MacKernel kernel;  // geometry; `tile` sets packed and segments
  int zero_point = 0, weight_zero = 0;
  bool a_unsigned = false, w_unsigned = false;  // codes 0..255
  const std::uint8_t* weights = nullptr;        // [oc][kernel_h][kernel_w][in.c]
  bool taps_first = false;                      // weights are [kernel_h][kernel_w][oc]
  std::vector<ChannelRecord> records;           // per output channel
  // --- tile
  std::vector<Pass> passes;
  std::vector<Chunk> chunks;
  int tile_h = 0, tile_w = 0;  // output pixels of one tile
};

// One post.copy with the rows that its sides go through. A side goes through the tensor's own rows,
// or (`within` > 0) the copy's rows lie `within` bytes apart in the one tensor row `y0`, from byte
// `byte` on; `a_step`, `o_step` of the stride are then set with the placement.
struct CopyPlan {
  int a = -1;  // tensor; -1: nothing is read, the runs get the layer's zero point
  insn::PostStride stride;
  insn::PostCopy copy;
  int a_within = 0, o_within = 0;
};

// A layer in POST alone.
struct VectorPlan {
  enum class Kind { kAdd, kMul, kRescale, kLut, kPool, kSoftmax, kMove, kCopy };
  Kind kind = Kind::kMove;
  int a = -1, b = -1;  // tensors, of which constants are loaded like graph inputs; a: copies' first
  Hwc a_view, b_view;  // how the operands' bytes are read
  int a_zero = 0, b_zero = 0;
  bool a_unsigned = false, b_unsigned = false;  // codes 0..255
  int broadcast = 0;                            // PostSourceB.broadcast
  int subtract = 0;                             // PostAdd.subtract
  insn::PostScale scale;
  insn::PostWindow window;
  bool average = false, scaled = false;  // PostPool
  std::vector<std::uint32_t> table;      // exponentials, reciprocals or codes; empty: none
  std::vector<CopyPlan> copies;          // in order

  bool has_scale() const {
    return kind == Kind::kAdd || kind == Kind::kMul || kind == Kind::kRescale || scaled;
  }
  // The tensors it reads, each once.
  std::vector<int> operands() const;
};

struct LayerPlan {
  // kFolded: a PAD that its readers do themselves, at the border of their ifmap.
  // kBoundary: a conversion from or to float32 at the network's ends, which no instruction does.
  enum class Mode { kMatmul, kVector, kAlias, kFolded, kBoundary };
  int op = -1;  // index in graph.ops
  Mode mode = Mode::kAlias;
  int output = -1;  // tensor
  Hwc out;          // rows, pixels, channels as they are written
  int zero_point = 0, lo = -128, hi = 127;
  Rounding rounding = Rounding::kDouble;
  bool shift_only = false;
  int strip_h = 0;  // output rows that are made at a time; all unless the layer's group is streamed
  MatmulPlan matmul;
  VectorPlan vector;
};

// A tensor's bytes in the activation memory.
struct TensorPlan {
  Hwc rows;          // physical rows: rows.h rows of rows.w * rows.c bytes
  int planes = 1;    // in DRAM the rows' pieces of row_bytes / planes lie plane by plane
  int storage = -1;  // the tensor whose bytes these are (itself, or an alias' source)
  int first = -1;    // layer that writes it; -1 graph input or constant
  int last = -1;     // last layer that reads it; layers.size() for graph outputs
  int pad_top = 0, pad_left = 0;  // a folded PAD: rows and pixels before those of its storage
  bool spilled = false;           // read by a later group: goes through DRAM
  Placement place;                // where its writer puts it; of inputs, where a layer reads them

  bool is_read() const { return last >= 0; }
};

// A tensor that a group reads from DRAM, and where its rows lie meanwhile.
struct LoadedTensor {
  int tensor = -1;
  Placement place;
  int step = 0;  // rows of one load; 0: all
};

// Consecutive layers between two of which nothing but DRAM carries a tensor, unless they are one.
// Layer by layer, every tensor whole; or streamed: all layers advance row by row, and a tensor has
// only as many row slots as its readers are behind its writer.
struct Group {
  int first = 0, last = 0;  // layers, both included; none: inputs that are outputs go through
  bool streamed = false;
  int slices = 1;  // of one pool over the whole image: its channels come in so many parts
  std::vector<LoadedTensor> loaded;
};

struct Plan {
  const Graph* graph = nullptr;
  HwConfig config;
  std::vector<int> inputs, outputs;  // the machine's own, graph.h
  std::vector<LayerPlan> layers;     // one per op
  std::vector<TensorPlan> tensors;   // index = tensor index
  std::vector<Group> groups;         // in order, all layers

  TensorPlan& tensor(int i) { return tensors[static_cast<std::size_t>(i)]; }
  const TensorPlan& tensor(int i) const { return tensors[static_cast<std::size_t>(i)]; }
};

// "op 7 CONV_2D": how errors name a layer.
std::string layer_text(const Graph& graph, int op);

}  // namespace vernier::compiler
