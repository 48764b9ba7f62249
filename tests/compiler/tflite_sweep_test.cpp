// bad_inputs.md 2.1, rows T4 and T5: every truncation, every flipped bit.
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
    REQUIRE(g.tensor(t).dtype == DType::kInt8);
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
    REQUIRE(g.tensor(out).dtype == DType::kInt8);
    REQUIRE(g.tensor(out).quant.scale.size() == 1);
    legal_quant(g.tensor(out));
    const ClampRange range = activation_range(op.attrs.activation, g.tensor(out));
    REQUIRE((-128 <= range.lo && range.lo <= range.hi && range.hi <= 127));
    const OpAttrs& a = op.attrs;
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

TEST_CASE("a network with any single bit flipped is refused with an ID or is legal (T5)") {
  auto bytes = network_model().bytes();
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

}  // namespace vernier
