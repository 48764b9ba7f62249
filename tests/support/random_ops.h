// One random operator after the other on a ModelBuilder: what random_graph.cpp strings together.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/support/model_builder.h"
#include "tests/support/random_graph.h"

namespace vernier {

class RandomOps {
 public:
  RandomOps(const GraphRecipe& recipe, ModelBuilder* model) : recipe_(recipe), m_(*model) {}

  // Tensors that operators may read, oldest first. Every operator below returns its output, which
  // its caller appends; those in between they append themselves.
  std::vector<int> live;

  const Shape& shape(int t) const { return record(t).shape; }
  // Of rank 4 and batch 1: what convolutions, pools and resizes take.
  bool image(int t) const { return shape(t).size() == 4 && shape(t)[0] == 1; }
  bool is_uint8(int t) const { return record(t).type == 3; }

  int input(Random* r, bool is_float, DType type);

  // --- random_mac_ops.cpp; the first two of images
  int conv(Random* r, int x);
  int depthwise_conv(Random* r, int x);
  int fully_connected(Random* r, int x);
  // A convolution that keeps the shape.
  int same_conv(Random* r, int x);

  // --- random_vector_ops.cpp
  // ADD, SUB or MUL of x and itself, an older tensor of its shape, a residual branch, a constant,
  // or the channel vector of a squeeze-and-excitation.
  int elementwise(Random* r, int x);
  int unary(Random* r, int x);
  int softmax(Random* r, int x);
  int quantize(Random* r, int x);
  int pool(Random* r, int x);  // of images
  int mean(Random* r, int x);

  // --- random_move_ops.cpp
  int reshape(Random* r, int x);
  int transpose(Random* r, int x);
  int pad(Random* r, int x);  // of images; often read by a convolution without padding
  int concatenation(Random* r, int x);
  int strided_slice(Random* r, int x);
  int resize_nearest(Random* r, int x);  // of images

  // Largest activation, products of one operator, filter extent the format's importer takes.
  static constexpr std::int64_t kMostElements = 6000, kMostProducts = 1500000;
  static constexpr int kMostFilter = 1023;

  static std::int64_t count_of(const Shape& s);

 private:
  struct Layer {
    int weights, bias;
    float scale;
    int zero_point;
  };
  struct Window {
    int filter, stride, dilation;
  };

  const TensorRecord& record(int t) const { return m_.tensors[static_cast<std::size_t>(t)]; }
  float scale(int t) const { return record(t).scale[0]; }
  int zero(int t) const { return static_cast<int>(record(t).zero_point[0]); }
  DType type(int t) const { return is_uint8(t) ? DType::kUint8 : DType::kInt8; }

  int divided(int v) const;
  int channels(Random* r) const;
  int extent(Random* r) const;
  float random_scale(Random* r) const;
  int zero_point(Random* r, DType type) const;
  int activation(Random* r) const;
  std::vector<int> codes(Random* r, std::int64_t n) const;
  Layer layer(Random* r, int x, const Shape& filter, int channels, int axis);
  Window window(Random* r, int in, bool same, int most_filter, bool dilated) const;
  OpOptions convolution(Random* r, int x, int* filter_h, int* filter_w) const;
  int branch(Random* r, int x);
  int excitation(Random* r, int x);

  GraphRecipe recipe_;
  ModelBuilder& m_;
};

}  // namespace vernier
