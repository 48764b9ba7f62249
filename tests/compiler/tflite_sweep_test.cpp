// bad_inputs.md 2.1, rows T4 and T5: every truncation, every flipped bit.
#include <algorithm>
#include <cmath>
#include <set>

#include "tests/compiler/tflite_cases.h"

namespace vernier {
namespace {

// Whether two graphs are the same but for the file's hash.
bool same_graph(const Graph& a, const Graph& b) {
  bool same = a.inputs == b.inputs && a.outputs == b.outputs && a.ops.size() == b.ops.size() &&
              a.tensors.size() == b.tensors.size();
  for (std::size_t i = 0; same && i < a.ops.size(); ++i) {
    same = a.ops[i].type == b.ops[i].type && a.ops[i].inputs == b.ops[i].inputs &&
           a.ops[i].outputs == b.ops[i].outputs;
  }
  for (std::size_t i = 0; same && i < a.tensors.size(); ++i) {
    same = a.tensors[i].name == b.tensors[i].name && a.tensors[i].shape == b.tensors[i].shape &&
           a.tensors[i].data == b.tensors[i].data &&
           a.tensors[i].quant.scale == b.tensors[i].quant.scale;
  }
  return same;
}

// Whether a graph input is 8 bits, or float32 that a QUANTIZE reads.
bool may_enter(const Graph& g, int t) {
  const DType type = g.tensor(t).dtype;
  if (type == DType::kInt8 || type == DType::kUint8) return true;
  return type == DType::kFloat32 && std::any_of(g.ops.begin(), g.ops.end(), [&](const Op& op) {
           return op.type == OpType::Quantize && op.inputs[0] == t;
         });
}

// The attributes that index dimensions or elements stay inside the tensors.
void require_legal_dimensions(const Graph& g, const Op& op) {
  const OpAttrs& a = op.attrs;
  const Shape& in = g.tensor(op.inputs[0]).shape;
  const Shape& out = g.tensor(op.outputs[0]).shape;
  const int rank = static_cast<int>(in.size());
  REQUIRE((a.axis >= 0 && (rank == 0 || a.axis < rank)));
  for (const int axis : a.axes) REQUIRE((axis >= 0 && axis < rank));
  if (op.type == OpType::Transpose) {
    REQUIRE(std::set<int>(a.perm.begin(), a.perm.end()).size() == in.size());
    for (std::size_t i = 0; i < in.size(); ++i) {
      REQUIRE(out[i] == in[static_cast<std::size_t>(a.perm[i])]);
    }
  }
  if (op.type == OpType::Pad) {
    for (std::size_t i = 0; i < in.size(); ++i) {
      REQUIRE((a.before[i] >= 0 && a.after[i] >= 0));
      REQUIRE(out[i] == in[i] + a.before[i] + a.after[i]);
    }
  }
  if (op.type == OpType::StridedSlice) {
    std::int64_t taken = 1;
    for (std::size_t i = 0; i < in.size(); ++i) {
      REQUIRE((a.begin[i] >= 0 && a.step[i] >= 1 && a.extent[i] >= 1));
      REQUIRE(a.begin[i] + std::int64_t{a.step[i]} * (a.extent[i] - 1) < in[i]);
      taken *= a.extent[i];
    }
    REQUIRE(taken == element_count(out));
  }
}

// The promises of graph.h, written down once more, independently of the importer.
void require_legal(const Graph& g) {
  const auto count = static_cast<int>(g.tensors.size());
  std::set<int> there(g.inputs.begin(), g.inputs.end());
  REQUIRE(there.size() == g.inputs.size());
  const auto legal_quant = [](const TensorInfo& t) {
    REQUIRE(t.quant.zero_point.size() == t.quant.scale.size());
    for (const float s : t.quant.scale) REQUIRE((std::isnormal(s) && s > 0));
  };
  for (const int t : g.inputs) {
    REQUIRE((t >= 0 && t < count));
    REQUIRE(may_enter(g, t));
    REQUIRE_FALSE(g.tensor(t).is_constant);
  }
  for (const TensorInfo& t : g.tensors) {
    REQUIRE(t.shape.size() <= 6);
    for (const int d : t.shape) REQUIRE(d >= 1);
    REQUIRE(t.is_constant == !t.data.empty());
    if (t.is_constant) {
      REQUIRE(static_cast<std::int64_t>(t.data.size()) ==
              element_count(t.shape) * dtype_bytes(t.dtype));
    }
  }
  for (const Op& op : g.ops) {
    REQUIRE(op.outputs.size() == 1);
    for (const int t : op.inputs) {
      REQUIRE((t >= -1 && t < count));
      if (t < 0) continue;
      REQUIRE((g.tensor(t).is_constant || there.count(t) == 1));
      legal_quant(g.tensor(t));
    }
    const int out = op.outputs[0];
    REQUIRE((out >= 0 && out < count));
    REQUIRE(there.insert(out).second);
    if (op.type == OpType::Dequantize) {
      REQUIRE(g.tensor(out).dtype == DType::kFloat32);
      REQUIRE(std::count(g.outputs.begin(), g.outputs.end(), out) == 1);
    } else {
      REQUIRE((g.tensor(out).dtype == DType::kInt8 || g.tensor(out).dtype == DType::kUint8));
      REQUIRE(g.tensor(out).quant.scale.size() == 1);
      legal_quant(g.tensor(out));
      const ClampRange range = activation_range(op.attrs.activation, g.tensor(out));
      const int least = g.tensor(out).dtype == DType::kInt8 ? -128 : 0;
      REQUIRE((least <= range.lo && range.lo <= range.hi && range.hi <= least + 255));
    }
    const OpAttrs& a = op.attrs;
    require_legal_dimensions(g, op);
    REQUIRE((a.stride_h >= 1 && a.stride_w >= 1 && a.dilation_h >= 1 && a.dilation_w >= 1));
    REQUIRE((a.filter_h >= 1 && a.filter_w >= 1 && a.depth_multiplier >= 1));
    REQUIRE((a.pad_top >= 0 && a.pad_left >= 0 && a.pad_bottom >= 0 && a.pad_right >= 0));
    REQUIRE((std::isnormal(a.beta) && a.beta > 0));
    REQUIRE(nominal_macs(g, op) >= 0);
  }
  for (const int t : g.outputs) REQUIRE(there.count(t) == 1);
}

// Every prefix is refused with an ID and exit code 3, unless only zero padding was cut off.
void sweep_truncations(const ModelBuilder& model) {
  const auto bytes = model.bytes();
  const Graph whole = import_tflite(bytes, "net.tflite");
  std::size_t rejected = 0;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const std::vector<std::uint8_t> cut(bytes.begin(),
                                        bytes.begin() + static_cast<std::ptrdiff_t>(length));
    try {
      const Graph g = import_tflite(cut, "net.tflite");
      INFO("cut at " << length << " of " << bytes.size());
      REQUIRE(bytes.size() - length < 16);
      for (std::size_t i = length; i < bytes.size(); ++i) REQUIRE(bytes[i] == 0);
      REQUIRE(same_graph(g, whole));
    } catch (const Error& e) {
      INFO("cut at " << length << ": " << e.what());
      REQUIRE(e.exit_code() == kExitRejected);
      ++rejected;
    }
  }
  CHECK(rejected > bytes.size() - 16);
}

}  // namespace

TEST_CASE("a convolution cut off at any byte is refused (T4)") { sweep_truncations(conv_model()); }

TEST_CASE("a softmax cut off at any byte is refused (T4)") { sweep_truncations(softmax_model()); }

TEST_CASE("a network of all operators cut off at any byte is refused (T4)") {
  sweep_truncations(network_model());
}

TEST_CASE("a network of float ends cut off at any byte is refused (T4)") {
  sweep_truncations(mixed_model());
}

namespace {

void sweep_bits(std::vector<std::uint8_t> bytes) {
  std::size_t accepted = 0, rejected = 0;
  std::set<ErrorId> ids;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1u << (bit % 8));
    bytes[bit / 8] ^= mask;
    INFO("bit " << bit);
    try {
      require_legal(import_tflite(bytes, "net.tflite"));
      ++accepted;
    } catch (const Error& e) {
      INFO(e.what());
      REQUIRE(e.exit_code() == kExitRejected);
      ids.insert(e.id());
      ++rejected;
    }
    bytes[bit / 8] ^= mask;
  }
  // Weights and names may change; offsets, shapes and most quantization may not. The sweep must
  // have met the checks, not only the first of them.
  CHECK(accepted > 1000);
  CHECK(rejected > 1000);
  CHECK(ids.size() >= 15);
}

}  // namespace

TEST_CASE("a network with any single bit flipped is refused with an ID or is legal (T5)") {
  sweep_bits(network_model().bytes());
}

TEST_CASE("a network of float ends with any single bit flipped is refused or is legal (T5)") {
  sweep_bits(mixed_model().bytes());
}

}  // namespace vernier
