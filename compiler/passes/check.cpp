#include <fmt/format.h>

#include "compiler/passes.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/profiles.h"

namespace vernier::compiler {
namespace {

// Fields of 14 bits hold image extents and rows, 16 bits channels, 20 bits row bytes.
void check_extent(const Graph& graph, int op, int t) {
  const auto& info = graph.tensor(t);
  const Hwc d = hwc(info.shape);
  const auto need = [&](bool ok, const char* what, std::int64_t value, std::int64_t most) {
    if (!ok) {
      throw Error(ErrorId::CompileLimit, graph.file,
                  fmt::format("{}, tensor {} '{}', {}: {}, the machine takes at most {}",
                              layer_text(graph, op), t, escaped(info.name), what, value, most));
    }
  };
  need(d.h < 1 << 14, "rows", d.h, (1 << 14) - 1);
  need(d.w < 1 << 14, "pixels of a row", d.w, (1 << 14) - 1);
  need(d.c < 1 << 16, "channels", d.c, (1 << 16) - 1);
  const std::int64_t row = std::int64_t{d.w} * d.c;
  need(row < 1 << 20, "bytes of a row", row, (1 << 20) - 1);
}

void check_profile(const Graph& graph, int index) {
  const Op& op = graph.ops[static_cast<std::size_t>(index)];
  const Rounding rounding = op_rounding(graph, op);
  // What a profile does not say of itself is left to the lowering, which may prove it equal.
  if (machine_has(rounding) || rounding != op_rounding(op)) return;
  const char* arithmetic = rounding == Rounding::kFloat64 ? "a product in double"
                           : op.type == OpType::Add       ? "XNNPACK's own sum"
                                                          : "a product in float";
  throw Error(ErrorId::CompileProfile, graph.file,
              fmt::format("{}, profile {}: {}, must be one multiply, one 64-bit add and one shift",
                          layer_text(graph, index), profile_info(op.profile).name, arithmetic));
}

}  // namespace

void check_graph(const Graph& graph, const HwConfig& config) {
  validate(config, config.name);
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    const auto& op = graph.ops[i];
    check_profile(graph, static_cast<int>(i));
    for (const auto* list : {&op.inputs, &op.outputs}) {
      for (const int t : *list) {
        if (t >= 0 && !graph.tensor(t).is_constant) check_extent(graph, static_cast<int>(i), t);
      }
    }
  }
}

}  // namespace vernier::compiler
