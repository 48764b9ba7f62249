// The operators of ModelBuilder: output shapes, written down independently of the importer.
#include <algorithm>

#include "tests/support/model_builder.h"
#include "tflite_generated.h"

namespace vernier {
namespace {

// Output positions of a window over `in`, by counting where it may start.
int positions(bool same, int in, int filter, int stride, int dilation) {
  const int reach = (filter - 1) * dilation;
  int count = 0;
  for (int at = 0; at < in; at += stride) count += same || at + reach < in ? 1 : 0;
  return count;
}

// numpy's rule: dimensions from the end, 1 stretches.
Shape broadcast(const Shape& a, const Shape& b) {
  Shape shape(std::max(a.size(), b.size()), 1);
  for (const Shape& s : {a, b}) {
    for (std::size_t i = 0; i < s.size(); ++i) {
      int& dim = shape[shape.size() - s.size() + i];
      dim = std::max(dim, s[i]);
    }
  }
  return shape;
}

bool bit(int mask, std::size_t i) { return (mask >> i & 1) != 0; }

}  // namespace

int ModelBuilder::result(int x, const Shape& shape, float scale, int zero_point) {
  return activation(shape, scale, zero_point, type_of(x));
}

int ModelBuilder::result(int x, const Shape& shape) {
  const TensorRecord in = record(x);
  return result(x, shape, in.scale[0], static_cast<int>(in.zero_point[0]));
}

int ModelBuilder::conv(int x, int w, int b, const OpOptions& o, float scale, int zero_point) {
  const Shape in = shape_of(x), filter = shape_of(w);
  const Shape out{1, positions(o.same, in[1], filter[1], o.stride_h, o.dilation_h),
                  positions(o.same, in[2], filter[2], o.stride_w, o.dilation_w), filter[0]};
  return new_op(OpType::Conv, fb::BuiltinOptions_Conv2DOptions, {x, w, b}, o,
                result(x, out, scale, zero_point));
}

int ModelBuilder::depthwise_conv(int x, int w, int b, const OpOptions& o, float scale,
                                 int zero_point) {
  const Shape in = shape_of(x), filter = shape_of(w);
  const Shape out{1, positions(o.same, in[1], filter[1], o.stride_h, o.dilation_h),
                  positions(o.same, in[2], filter[2], o.stride_w, o.dilation_w), filter[3]};
  return new_op(OpType::DepthwiseConv, fb::BuiltinOptions_DepthwiseConv2DOptions, {x, w, b}, o,
                result(x, out, scale, zero_point));
}

int ModelBuilder::fully_connected(int x, int w, int b, const OpOptions& o, float scale,
                                  int zero_point) {
  const Shape in = shape_of(x), filter = shape_of(w);
  Shape out{static_cast<int>(element_count(in) / filter[1]), filter[0]};
  if (o.keep_num_dims) {
    out = in;
    out.back() = filter[0];
  }
  return new_op(OpType::FullyConnected, fb::BuiltinOptions_FullyConnectedOptions, {x, w, b}, o,
                result(x, out, scale, zero_point));
}

int ModelBuilder::pool(OpType type, int x, const OpOptions& o) {
  const Shape in = shape_of(x);
  const Shape out{1, positions(o.same, in[1], o.filter_h, o.stride_h, 1),
                  positions(o.same, in[2], o.filter_w, o.stride_w, 1), in[3]};
  return new_op(type, fb::BuiltinOptions_Pool2DOptions, {x}, o, result(x, out));
}

int ModelBuilder::average_pool(int x, const OpOptions& options) {
  return pool(OpType::AveragePool, x, options);
}

int ModelBuilder::max_pool(int x, const OpOptions& options) {
  return pool(OpType::MaxPool, x, options);
}

int ModelBuilder::elementwise(OpType type, int options_kind, int x, int y, const OpOptions& o,
                              float scale, int zero_point) {
  return new_op(type, options_kind, {x, y}, o,
                result(x, broadcast(shape_of(x), shape_of(y)), scale, zero_point));
}

int ModelBuilder::add(int x, int y, const OpOptions& o, float scale, int zero_point) {
  return elementwise(OpType::Add, fb::BuiltinOptions_AddOptions, x, y, o, scale, zero_point);
}

int ModelBuilder::sub(int x, int y, const OpOptions& o, float scale, int zero_point) {
  return elementwise(OpType::Sub, fb::BuiltinOptions_SubOptions, x, y, o, scale, zero_point);
}

int ModelBuilder::mul(int x, int y, const OpOptions& o, float scale, int zero_point) {
  return elementwise(OpType::Mul, fb::BuiltinOptions_MulOptions, x, y, o, scale, zero_point);
}

int ModelBuilder::concatenation(const std::vector<int>& xs, int axis, float scale, int zero_point) {
  Shape out = shape_of(xs[0]);
  const auto at = static_cast<std::size_t>(axis < 0 ? axis + static_cast<int>(out.size()) : axis);
  out[at] = 0;
  for (const int x : xs) out[at] += shape_of(x)[at];
  OpOptions options;
  options.axis = axis;
  return new_op(OpType::Concatenation, fb::BuiltinOptions_ConcatenationOptions, xs, options,
                result(xs[0], out, scale, zero_point));
}

int ModelBuilder::relu(int x, float scale, int zero_point) {
  return new_op(OpType::Relu, 0, {x}, {}, result(x, shape_of(x), scale, zero_point));
}

int ModelBuilder::relu6(int x, float scale, int zero_point) {
  return new_op(OpType::Relu6, 0, {x}, {}, result(x, shape_of(x), scale, zero_point));
}

int ModelBuilder::leaky_relu(int x, float alpha, float scale, int zero_point) {
  OpOptions options;
  options.alpha = alpha;
  return new_op(OpType::LeakyRelu, fb::BuiltinOptions_LeakyReluOptions, {x}, options,
                result(x, shape_of(x), scale, zero_point));
}

int ModelBuilder::hard_swish(int x, float scale, int zero_point) {
  return new_op(OpType::HardSwish, fb::BuiltinOptions_HardSwishOptions, {x}, {},
                result(x, shape_of(x), scale, zero_point));
}

int ModelBuilder::logistic(int x) {
  const int zero = type_of(x) == DType::kUint8 ? 0 : -128;
  return new_op(OpType::Logistic, 0, {x}, {}, result(x, shape_of(x), 1.0F / 256, zero));
}

int ModelBuilder::tanh(int x) {
  const int zero = type_of(x) == DType::kUint8 ? 128 : 0;
  return new_op(OpType::Tanh, 0, {x}, {}, result(x, shape_of(x), 1.0F / 128, zero));
}

int ModelBuilder::softmax(int x, float beta) {
  OpOptions options;
  options.beta = beta;
  const int zero = type_of(x) == DType::kUint8 ? 0 : -128;
  return new_op(OpType::Softmax, fb::BuiltinOptions_SoftmaxOptions, {x}, options,
                result(x, shape_of(x), 1.0F / 256, zero));
}

int ModelBuilder::mean(int x, const std::vector<int>& axes, bool keep_dims, float scale,
                       int zero_point) {
  const Shape in = shape_of(x);
  const int rank = static_cast<int>(in.size());
  Shape out;
  for (int i = 0; i < rank; ++i) {
    const bool reduced = std::any_of(axes.begin(), axes.end(),
                                     [&](int axis) { return axis == i || axis + rank == i; });
    if (!reduced || keep_dims) out.push_back(reduced ? 1 : in[static_cast<std::size_t>(i)]);
  }
  OpOptions options;
  options.keep_dims = keep_dims;
  const int over = int32_vector(axes);
  return new_op(OpType::Mean, fb::BuiltinOptions_ReducerOptions, {x, over}, options,
                result(x, out, scale, zero_point));
}

int ModelBuilder::reshape(int x, const Shape& shape) {
  const int wanted = int32_vector(shape);
  Shape out = shape;
  std::int64_t rest = element_count(shape_of(x));
  for (const int d : out) rest /= d == -1 ? 1 : d;
  for (int& d : out) {
    if (d == -1) d = static_cast<int>(rest);
  }
  OpOptions options;
  options.new_shape = out;
  return new_op(OpType::Reshape, fb::BuiltinOptions_ReshapeOptions, {x, wanted}, options,
                result(x, out));
}

int ModelBuilder::transpose(int x, const std::vector<int>& perm) {
  const Shape in = shape_of(x);
  Shape out;
  for (const int d : perm) out.push_back(in[static_cast<std::size_t>(d)]);
  const int order = int32_vector(perm);
  return new_op(OpType::Transpose, fb::BuiltinOptions_TransposeOptions, {x, order}, {},
                result(x, out));
}

int ModelBuilder::pad(int x, const std::vector<int>& before, const std::vector<int>& after) {
  Shape out = shape_of(x);
  std::vector<std::int32_t> sides;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] += before[i] + after[i];
    sides.push_back(before[i]);
    sides.push_back(after[i]);
  }
  const int paddings = int32_constant({static_cast<int>(out.size()), 2}, sides);
  return new_op(OpType::Pad, fb::BuiltinOptions_PadOptions, {x, paddings}, {}, result(x, out));
}

int ModelBuilder::strided_slice(int x, const std::vector<int>& begin, const std::vector<int>& end,
                                const std::vector<int>& strides, const OpOptions& o) {
  const Shape in = shape_of(x);
  Shape out;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (bit(o.shrink_axis_mask, i)) continue;
    int count = in[i];
    if (i < begin.size()) {
      const auto index = [&](int at) { return std::clamp(at < 0 ? at + in[i] : at, 0, in[i]); };
      const int from = bit(o.begin_mask, i) ? 0 : index(begin[i]);
      const int to = bit(o.end_mask, i) ? in[i] : index(end[i]);
      count = 0;
      for (int at = from; at < to; at += std::max(strides[i], 1)) ++count;
    }
    out.push_back(count);
  }
  const int b = int32_vector(begin), e = int32_vector(end), s = int32_vector(strides);
  return new_op(OpType::StridedSlice, fb::BuiltinOptions_StridedSliceOptions, {x, b, e, s}, o,
                result(x, out));
}

int ModelBuilder::resize_nearest(int x, int height, int width, bool align_corners,
                                 bool half_pixel_centers) {
  Shape out = shape_of(x);
  out[1] = height;
  out[2] = width;
  OpOptions options;
  options.align_corners = align_corners;
  options.half_pixel_centers = half_pixel_centers;
  const int size = int32_vector({height, width});
  return new_op(OpType::ResizeNearest, fb::BuiltinOptions_ResizeNearestNeighborOptions, {x, size},
                options, result(x, out));
}

int ModelBuilder::quantize(int x, float scale, int zero_point, DType type) {
  return new_op(OpType::Quantize, fb::BuiltinOptions_QuantizeOptions, {x}, {},
                activation(shape_of(x), scale, zero_point, type));
}

int ModelBuilder::dequantize(int x) {
  TensorRecord t;
  t.type = 0;  // float32
  t.shape = shape_of(x);
  t.has_quantization = false;
  const int out = new_tensor(t);
  return new_op(OpType::Dequantize, fb::BuiltinOptions_DequantizeOptions, {x}, {}, out);
}

}  // namespace vernier
