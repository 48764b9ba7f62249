// The oracle: runs the graph with plain loops and never sees a program.
#pragma once

#include <functional>
#include <vector>

#include "hw_models/spec/graph.h"
#include "hw_models/spec/numerics.h"
#include "hw_models/spec/profiles.h"
#include "hw_models/spec/tensor.h"

namespace vernier::golden {

// Which code computes: the plain loops of ops/, or the vector kernels of fast/ where they cover an
// operator. Both give the same bytes.
enum class Kernels { kPlain, kFast };

// What golden takes from a machine configuration. The rounding is the operators' own: Op::profile.
struct Numerics {
  int acc_bits = 32;  // products are summed modulo 2^acc_bits, then the 32-bit bias is added
  Kernels kernels = Kernels::kPlain;
};

// The values of all tensors of one inference: index = the graph's tensor index; tensors that are
// neither inputs nor written by an op stay empty.
using Values = std::vector<Tensor>;

// Runs all ops in order on one set of inputs (in graph input order, the graph's own shapes). For
// many sets of inputs see Prepared.
Values run(const Graph& graph, const std::vector<Tensor>& inputs, const Numerics& numerics = {});

// Runs one op on `values`, which hold its operands, and puts its output there.
void run_op(const Graph& graph, const Op& op, Values* values, const Numerics& numerics = {});

// One op with its surroundings, as every kernel in ops/ gets it.
struct OpContext {
  const Graph& graph;
  const Op& op;
  const Numerics& numerics;
  Values& values;

  const TensorInfo& in_info(std::size_t i) const { return graph.tensor(op.inputs[i]); }
  // Of this op's results, under its profile.
  Rounding rounding() const { return op_rounding(graph, op); }
  const TensorInfo& out_info() const { return graph.tensor(op.outputs[0]); }
  const Tensor& in(std::size_t i) const { return values[static_cast<std::size_t>(op.inputs[i])]; }
  // The output, sized and zero-filled before the kernel is called.
  Tensor& out() const { return values[static_cast<std::size_t>(op.outputs[0])]; }
};

// Declared by the operator table, one kernel per file in ops/.
#define VERNIER_OP(name, fn, tflite, code, fewest, most) void golden_##fn(const OpContext& c);
#include "hw_models/spec/ops.def"
#undef VERNIER_OP

}  // namespace vernier::golden
