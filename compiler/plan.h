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
  // [oc][kernel_h][kernel_w][in.c]; depthwise [kernel_h][kernel_w][oc]
  const std::uint8_t* weights = nullptr;
  std::vector<ChannelRecord> records;  // per output channel
  // --- tile
  std::vector<Pass> passes;
  std::vector<Chunk> chunks;
  int tile_h = 0, tile_w = 0;  // output pixels of one tile
};

// A layer in POST alone.
struct VectorPlan {
  enum class Kind { kAdd, kRescale, kPool, kSoftmax, kMove };
  Kind kind = Kind::kMove;
  int a = -1, b = -1;  // tensors
  Hwc a_view;          // how the operands' bytes are read; b alike
  int a_zero = 0, b_zero = 0;
  insn::PostScale scale;
  insn::PostWindow window;
  bool average = false;
  std::vector<std::uint32_t> table;  // exponentials or reciprocals; empty: none
};

struct LayerPlan {
  enum class Mode { kMatmul, kVector, kAlias };
  int op = -1;  // index in graph.ops
  Mode mode = Mode::kAlias;
  int output = -1;  // tensor
  Hwc out;          // rows, pixels, channels as they are written
  int zero_point = 0, lo = -128, hi = 127;
  Rounding rounding = Rounding::kDouble;
  bool shift_only = false;
  MatmulPlan matmul;
  VectorPlan vector;
};

// A tensor's bytes in the activation memory.
struct TensorPlan {
  Hwc rows;          // physical rows: rows.h rows of rows.w * rows.c bytes
  int storage = -1;  // the tensor whose bytes these are (itself, or an alias' source)
  int first = -1;    // layer that writes it; -1 graph input
  int last = -1;     // last layer that reads it; layers.size() for graph outputs
  Placement place;   // of graph inputs only where a layer reads them: the others stay in DRAM

  bool is_read() const { return last >= 0; }
};

struct Plan {
  const Graph* graph = nullptr;
  HwConfig config;
  Rounding rounding = Rounding::kDouble;
  std::vector<LayerPlan> layers;    // one per op
  std::vector<TensorPlan> tensors;  // index = tensor index

  TensorPlan& tensor(int i) { return tensors[static_cast<std::size_t>(i)]; }
  const TensorPlan& tensor(int i) const { return tensors[static_cast<std::size_t>(i)]; }
};

// "op 7 CONV_2D": how errors name a layer.
std::string layer_text(const Graph& graph, int op);

}  // namespace vernier::compiler
