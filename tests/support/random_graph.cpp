#include "tests/support/random_graph.h"

#include <algorithm>

#include "tests/support/random_ops.h"

namespace vernier {
namespace {

class Generator {
 public:
  explicit Generator(const GraphRecipe& recipe) : recipe_(recipe), draw_(recipe, &m_) {}

  std::vector<std::uint8_t> run() {
    Random first(recipe_.seed);
    const DType type = first.chance(15) ? DType::kUint8 : DType::kInt8;
    const bool is_float = first.chance(10);
    add(draw_.input(&first, is_float, type));
    if (first.chance(25)) add(draw_.input(&first, first.chance(10), type));
    for (int i = 0; i < recipe_.ops; ++i) {
      // An operator's own stream: dropping later ones leaves it as it is.
      Random r(recipe_.seed * 1000003 + static_cast<std::uint64_t>(i) + 1);
      // Mostly the newest tensor; else any, so that tensors are read twice and late.
      const int x = r.chance(75) ? draw_.live.back() : r.pick(draw_.live);
      add(op(&r, x));
    }
    mark_outputs();
    return m_.bytes();
  }

 private:
  void add(int tensor) { draw_.live.push_back(tensor); }

  int op(Random* r, int x) {
    const int kind = r->between(0, 99);
    const bool image = draw_.image(x);
    if (kind < 20) return image ? draw_.conv(r, x) : draw_.fully_connected(r, x);
    if (kind < 34) return image ? draw_.depthwise_conv(r, x) : draw_.fully_connected(r, x);
    if (kind < 42) return draw_.fully_connected(r, x);
    if (kind < 56) return draw_.elementwise(r, x);
    if (kind < 64) return image ? draw_.pool(r, x) : draw_.quantize(r, x);
    if (kind < 72) return draw_.unary(r, x);
    if (kind < 77) return draw_.reshape(r, x);
    if (kind < 80) return draw_.softmax(r, x);
    if (kind < 83) return draw_.quantize(r, x);
    if (kind < 87) return draw_.mean(r, x);
    if (kind < 91) return image ? draw_.pad(r, x) : draw_.unary(r, x);
    if (kind < 94) return draw_.concatenation(r, x);
    if (kind < 96) return draw_.transpose(r, x);
    if (kind < 98) return draw_.strided_slice(r, x);
    return image ? draw_.resize_nearest(r, x) : draw_.elementwise(r, x);
  }

  // The last tensor and most others that nothing reads; some as float32.
  void mark_outputs() {
    Random r(recipe_.seed ^ 0x5eed);
    const auto ops = m_.ops;
    for (const auto& op : ops) {
      const int t = op.outputs[0];
      const bool read = std::any_of(ops.begin(), ops.end(), [&](const OpRecord& reader) {
        return std::find(reader.inputs.begin(), reader.inputs.end(), t) != reader.inputs.end();
      });
      const bool last = &op == &ops.back();
      if (!last && !(read ? r.chance(10) : r.chance(80))) continue;
      const bool is_float = r.chance(8);
      if (!is_float || r.chance(20)) m_.mark_output(t);
      if (is_float) m_.mark_output(m_.dequantize(t));
    }
  }

  GraphRecipe recipe_;
  ModelBuilder m_;
  RandomOps draw_;
};

}  // namespace

std::vector<std::uint8_t> random_graph(const GraphRecipe& recipe) {
  return Generator(recipe).run();
}

}  // namespace vernier
