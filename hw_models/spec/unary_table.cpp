#include "hw_models/spec/unary_table.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "hw_models/spec/error.h"
#include "hw_models/spec/hard_swish.h"
#include "hw_models/spec/profiles.h"
#include "hw_models/spec/rescale_multipliers.h"
#include "hw_models/spec/sigmoid.h"

namespace vernier {
namespace {

// One operator with the quantization of its two tensors.
struct Unary {
  const Op& op;
  const TensorInfo& in;
  const TensorInfo& out;
  bool tflm;

  float in_scale() const { return in.quant.scale[0]; }
  float out_scale() const { return out.quant.scale[0]; }
  int in_zero() const { return in.quant.zero_point[0]; }
  int out_zero() const { return out.quant.zero_point[0]; }
  Rounding rounding() const { return op_rounding(op); }
};

// Output code, not yet limited to the type, of x = q - zx.
using Function = std::function<std::int64_t(int)>;

Function rescaled(const Unary& u, double real) {
  const Multiplier m = quantize_multiplier(real);
  return [m, zero = u.out_zero(), rounding = u.rounding()](int x) {
    return std::int64_t{zero} + multiply_by_quantized_multiplier(x, m, rounding);
  };
}

// si * slope / so: TFLM in double, LiteRT's reference in float.
double ratio(const Unary& u, float slope = 1.0F) {
  if (u.tflm) {
    return static_cast<double>(u.in_scale()) * static_cast<double>(slope) /
           static_cast<double>(u.out_scale());
  }
  const float scaled = u.in_scale() * slope;
  return static_cast<double>(scaled / u.out_scale());
}

Function quantize(const Unary& u) {
  return rescaled(u, static_cast<double>(u.in_scale()) / static_cast<double>(u.out_scale()));
}

Function clamped(const Function& f, ClampRange range) {
  return [f, range](int x) { return std::clamp<std::int64_t>(f(x), range.lo, range.hi); };
}

Function relu(const Unary& u) {
  return clamped(rescaled(u, ratio(u)), activation_range(Activation::kRelu, u.out));
}

Function relu6(const Unary& u) {
  if (!u.tflm) {
    return clamped(rescaled(u, ratio(u)), activation_range(Activation::kRelu6, u.out));
  }
  // TFLM takes both tensors for quantized alike: input codes are clamped and kept.
  const auto keep = [zero = u.in_zero()](int x) { return std::int64_t{x} + zero; };
  return clamped(keep, activation_range(Activation::kRelu6, u.in));
}

Function leaky_relu(const Unary& u) {
  const Function identity = rescaled(u, ratio(u));
  const double slope = ratio(u, u.op.attrs.alpha);
  const Multiplier m = quantize_multiplier(std::abs(slope));
  return [=, zero = u.out_zero(), rounding = u.rounding()](int x) {
    if (x >= 0) return identity(x);
    // Rounded under the slope's magnitude: ties go as they do for a positive slope.
    const std::int64_t scaled = multiply_by_quantized_multiplier(x, m, rounding);
    return slope < 0 ? zero - scaled : zero + scaled;
  };
}

Function hard_swish_of(const Unary& u) {
  return [p = hard_swish_params(u.in_scale(), u.out_scale(), u.tflm), zero = u.out_zero()](int x) {
    return std::int64_t{hard_swish(p, x)} + zero;
  };
}

// LiteRT's reference: f in float between dequantization and quantization.
Function float_table(const Unary& u, float (*f)(float)) {
  return [f, in = u.in_scale(), inverse = 1.0F / u.out_scale(), zero = u.out_zero()](int x) {
    const float value = f(in * static_cast<float>(x));
    return static_cast<std::int64_t>(std::round(value * inverse) + static_cast<float>(zero));
  };
}

Function sigmoid(const Unary& u, Sigmoid kind, float (*in_float)(float)) {
  if (!u.tflm) return float_table(u, in_float);
  return [kind, p = sigmoid_params(u.in_scale())](int x) {
    return std::int64_t{sigmoid_code(kind, p, x)};
  };
}

Function function_of(const Unary& u) {
  switch (u.op.type) {
    case OpType::Quantize:
      return quantize(u);
    case OpType::Relu:
      return relu(u);
    case OpType::Relu6:
      return relu6(u);
    case OpType::LeakyRelu:
      return leaky_relu(u);
    case OpType::HardSwish:
      return hard_swish_of(u);
    case OpType::Logistic:
      return sigmoid(u, Sigmoid::kLogistic, [](float x) { return 1.0F / (1.0F + std::exp(-x)); });
    case OpType::Tanh:
      return sigmoid(u, Sigmoid::kTanh, [](float x) { return std::tanh(x); });
    default:
      check(false, "unary_table of an operator that is not unary");
      return {};
  }
}

bool is_code(const TensorInfo& t) { return t.dtype == DType::kInt8 || t.dtype == DType::kUint8; }

}  // namespace

bool is_unary(const Graph& graph, const Op& op) {
  switch (op.type) {
    case OpType::Quantize:
    case OpType::Relu:
    case OpType::Relu6:
    case OpType::LeakyRelu:
    case OpType::HardSwish:
    case OpType::Logistic:
    case OpType::Tanh:
      return is_code(graph.tensor(op.inputs[0])) && is_code(graph.tensor(op.outputs[0]));
    default:
      return false;
  }
}

UnaryTable unary_table(const Graph& graph, const Op& op) {
  check(is_unary(graph, op), "unary_table of an operator on 8-bit codes");
  const Unary u{op, graph.tensor(op.inputs[0]), graph.tensor(op.outputs[0]),
                follows_tflm(graph, op)};
  const Function f = function_of(u);
  const ClampRange range = activation_range(Activation::kNone, u.out);
  UnaryTable table;
  for (int byte = 0; byte < 256; ++byte) {
    const int code = u.in.dtype == DType::kInt8 ? static_cast<std::int8_t>(byte) : byte;
    const std::int64_t y = std::clamp<std::int64_t>(f(code - u.in_zero()), range.lo, range.hi);
    table[static_cast<std::size_t>(byte)] = static_cast<std::uint8_t>(y);
  }
  return table;
}

}  // namespace vernier
