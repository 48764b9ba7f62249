// One operator as its import_<fn> sees it: operands checked on access, messages that name the
// place.
#pragma once

#include <string>
#include <string_view>

#include "compiler/import/model_import.h"

namespace vernier {

class OpReader {
 public:
  OpReader(ModelImport& import, int index) : import_(import), index_(index) {}

  // --- operands. Each throws TflType, TflConstant, TflNoQuant, TflPerChannel or TflZeroPoint. All
  // quantized operands and the output are of one type, int8 or uint8, unless said otherwise.
  // An 8-bit tensor computed at run time, quantized per tensor.
  const TensorInfo& activation(unsigned slot) const;
  // Likewise, or a constant.
  const TensorInfo& operand(unsigned slot) const;
  // Constant weights of rank `rank`: int8 with zero point 0, per tensor or per channel along
  // `axis`; uint8 per tensor with any zero point.
  const TensorInfo& weights(unsigned slot, std::size_t rank, int axis) const;
  // A constant int32 vector of `channels` elements with zero point 0, whose scale differs from that
  // of `input` times that of `weights` by at most 2 % of the output's (TflBiasScale); nullptr where
  // the operand is absent.
  const TensorInfo* bias(unsigned slot, int channels, const TensorInfo& input,
                         const TensorInfo& weights) const;
  // A constant int32 vector, or nullptr where the operand is absent.
  const TensorInfo* int32_vector(unsigned slot) const;
  // The elements of a constant of int32 (or int64 if `wide`) of shape `shape`; the shape is not
  // looked at when empty.
  std::vector<std::int64_t> integers(unsigned slot, const Shape& shape, bool wide = false) const;
  // The shape of a constant or activation, whatever its type.
  const Shape& shape(unsigned slot) const;
  // The result, quantized per tensor.
  const TensorInfo& output() const;
  // Likewise, but of either 8-bit type.
  const TensorInfo& converted_output() const;

  // --- float32, legal at the ends of a graph only
  // Whether the input is a float32 tensor, which must be a graph input then; throws TflType.
  bool float_input(unsigned slot) const;
  // The result, which must be float32 and a graph output; throws TflType.
  const TensorInfo& float_output() const;

  // --- options
  // The options table, which must be of this kind; throws TflOptions.
  template <class Options>
  const Options& options() const {
    const auto* table =
        record().builtin_options_as<Options>();  // null for another kind and for none
    if (table == nullptr) fail_options(fb::BuiltinOptionsTraits<Options>::enum_value);
    return *table;
  }
  // Likewise, but nullptr where the operator has no options at all.
  template <class Options>
  const Options* optional_options() const {
    return record().builtin_options_type() == fb::BuiltinOptions_NONE ? nullptr
                                                                      : &options<Options>();
  }
  // The operator must have no options; throws TflOptions.
  void no_options() const;
  // The value, which must lie in least..most; throws TflField.
  int field(const char* name, int value, int least, int most) const;
  // The fused activation; throws TflUnsupported for all but NONE, RELU and RELU6.
  Activation fused(int code) const;

  // --- checks
  // The stored output shape must be the computed one; throws TflOutputShape.
  void require_output_shape(const Shape& computed) const;
  // Input `slot` must have rank 4 and batch 1; throws TflShape or TflDynamic.
  void require_image(unsigned slot) const;
  // Input `slot` and the output must have the same scale and zero point; throws TflQuantRule.
  void require_same_quant(unsigned slot = 0) const;
  // The output must have scale 1 / steps and this zero point; throws TflQuantRule.
  void require_output_quant(int steps, int zero_point) const;

  // Throws Error of "subgraph 0, op 7 CONV_2D, <what>".
  [[noreturn]] void fail(ErrorId id, std::string_view what) const;
  // `input 1 (tensor 5 "w")`
  std::string input_text(unsigned slot) const;
  std::string output_text() const;

  Op& op() const { return import_.graph.ops[static_cast<std::size_t>(index_)]; }

 private:
  const fb::Operator& record() const {
    return *import_.subgraph.operators()->Get(static_cast<unsigned>(index_));
  }
  int input(unsigned slot) const { return slot < op().inputs.size() ? op().inputs[slot] : -1; }
  int type_of(int tensor) const { return import_.record(tensor).type(); }
  void require_type(int tensor, int code, const std::string& place) const;
  void require_eight_bit(int tensor, const std::string& place) const;
  // Input 0 decides which of the 8-bit types an operator computes in.
  void require_own_type(int tensor, const std::string& place) const;
  [[noreturn]] void fail_type(int tensor, const std::string& want, const std::string& place) const;
  void require_constant(unsigned slot) const;
  void require_one_scale(int tensor, const std::string& place) const;
  [[noreturn]] void fail_options(int want) const;

  ModelImport& import_;
  int index_;
};

// Fill Op::attrs and check shapes, types, quantization and options of one operator.
#define VERNIER_OP(name, fn, tflite, code, fewest, most) void import_##fn(OpReader& op);
#include "hw_models/spec/ops.def"
#undef VERNIER_OP

// Field limits, those of the instruction fields that carry them (isa.def).
inline constexpr int kStrideMost = 255;
inline constexpr int kDilationMost = 255;
inline constexpr int kFilterMost = 1023;
inline constexpr int kDepthMultiplierMost = 65535;

}  // namespace vernier
