// The quantized graph: what an importer makes, what golden runs and what the compiler lowers.
// Everything in a Graph has been checked by the importer: indices are in range, shapes are computed
// (never trusted), ops are in execution order, quantization is present and legal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/spec/tensor.h"

namespace vernier {

enum class OpType {
#define VERNIER_OP(name, fn, tflite, code, fewest, most) name,
#include "hw_models/spec/ops.def"
#undef VERNIER_OP
};

// "CONV_2D"
const char* op_name(OpType type);
// "ADD, AVERAGE_POOL_2D, ...": what a refusal lists.
std::string supported_ops();

// real = scale * (code - zero_point). One entry per tensor, or one per slice along `axis`.
struct Quant {
  std::vector<float> scale;
  std::vector<std::int32_t> zero_point;  // as many as scales
  int axis = 0;                          // meaningful when scale.size() > 1
};

struct TensorInfo {
  std::string name;  // raw bytes of the model file: escape before printing, never a path
  DType dtype = DType::kInt8;
  Shape shape;
  Quant quant;                     // empty scale for shape-like constants
  bool is_constant = false;        // data holds the value
  std::vector<std::uint8_t> data;  // constants only, dense row-major
};

enum class Activation { kNone, kRelu, kRelu6 };

// Which runtime's arithmetic an operator follows, numerics.md 2.3-2.6: how multipliers come from
// scales and how results are rounded.
enum class Profile {
  kTflm,       // D everywhere: TensorFlow Lite Micro
  kLitertRef,  // D, FULLY_CONNECTED by A: LiteRT's BUILTIN_REF
  kRuy,        // U
  kSingle,     // S
  kF32,        // E: XNNPACK
};

// The attributes of all operators; each reads its own. Defaults mean "not used".
struct OpAttrs {
  int stride_h = 1, stride_w = 1;
  int dilation_h = 1, dilation_w = 1;
  int filter_h = 1, filter_w = 1;  // pools: window; conv and depthwise: the weights' extent
  // Taps that lie outside the image, numerics.md 2.5: SAME puts the odd one at the end.
  int pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  int depth_multiplier = 1;
  Activation activation = Activation::kNone;
  float beta = 1.0F;               // softmax
  float alpha = 0.0F;              // leaky ReLU: slope below zero
  int axis = 0;                    // concatenation: dimension, not negative
  std::vector<int> axes;           // mean: reduced dimensions, ascending, not negative
  std::vector<int> perm;           // transpose: output dimension i is input dimension perm[i]
  std::vector<int> before, after;  // pad: elements added on either side of each dimension
  int pad_code = 0;                // pad: the code they get
  // Strided slice, of each input dimension: first index, step, elements taken. Dimensions that the
  // output drops take 1.
  std::vector<int> begin, step, extent;
  bool align_corners = false, half_pixel_centers = false;  // resize
};

struct Op {
  OpType type = OpType::Reshape;
  std::vector<int> inputs;   // tensor indices; -1 where an optional input is absent (bias)
  std::vector<int> outputs;  // tensor indices
  OpAttrs attrs;
  Profile profile = Profile::kTflm;
};

struct Graph {
  std::string file;                 // as given on the command line
  std::string sha256;               // of the file's bytes, hex
  std::vector<TensorInfo> tensors;  // index = the model file's tensor index
  std::vector<int> inputs, outputs;
  std::vector<Op> ops;  // in execution order

  const TensorInfo& tensor(int i) const { return tensors[static_cast<std::size_t>(i)]; }
};

// An activation as rows of pixels of channels: c = last dimension, w = the one before it, h = the
// product of all others (the batch of 1 included). Rank 1: (1, 1, n).
struct Hwc {
  int h = 1, w = 1, c = 1;
};
Hwc hwc(const Shape& shape);

// The tensors that the accelerator gets and gives: the graph's inputs and outputs, float32 ones
// replaced by the quantized tensors that QUANTIZE makes of them or DEQUANTIZE makes them of. In the
// graph's order, each once.
std::vector<int> machine_inputs(const Graph& graph);
std::vector<int> machine_outputs(const Graph& graph);

// Multiply-accumulates of one op, padding taps counted; 0 for ops without weights.
std::int64_t nominal_macs(const Graph& graph, const Op& op);

// The codes [lo, hi] that the fused activation allows (numerics.md 2.4):
//   q(v) = zero_point + int(round_half_away_f32(f32(v / scale))), clipped to the type.
struct ClampRange {
  int lo, hi;
};
ClampRange activation_range(Activation activation, const TensorInfo& output);

}  // namespace vernier
