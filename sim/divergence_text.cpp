#include <fmt/format.h>

#include <cstring>

#include "hw_models/spec/error.h"
#include "sim/compare.h"

namespace vernier {
namespace {

// "[0,14,9,35]" of a flat index.
std::string coordinates(const Shape& shape, std::int64_t element) {
  std::vector<std::int64_t> at(shape.size());
  for (std::size_t i = shape.size(); i-- > 0;) {
    at[i] = element % shape[i];
    element /= shape[i];
  }
  return fmt::format("[{}]", fmt::join(at, ","));
}

std::string place_text(const Divergence& d) {
  if (d.kind == "unit" && d.row >= 0) return fmt::format("PE row {} col {}", d.row, d.lane);
  if (d.kind == "unit" && d.lane >= 0) return fmt::format("lane {}", d.lane);
  if (d.lane >= 0) return fmt::format("lane {}", d.lane);
  return "";
}

}  // namespace

std::int64_t code_at(DType type, const std::vector<std::uint8_t>& bytes, std::int64_t element) {
  const auto width = static_cast<std::size_t>(dtype_bytes(type));
  std::int64_t code = 0;
  std::memcpy(&code, bytes.data() + static_cast<std::size_t>(element) * width, width);
  if (type == DType::kUint8 || type == DType::kBool || width == sizeof code) return code;
  const int unused = 64 - 8 * static_cast<int>(width);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(code) << unused) >> unused;
}

std::string code_text(DType type, std::int64_t code) {
  if (type != DType::kFloat32) return std::to_string(code);
  float value = 0;
  std::memcpy(&value, &code, sizeof value);
  return fmt::format("{} (bits {:#010x})", value, static_cast<std::uint32_t>(code));
}

std::string divergence_text(const Divergence& d, const Program& program, const Graph& graph,
                            const cycle::DecodedProgram& decoded, const std::string& repro) {
  std::string s = fmt::format("DIVERGENCE {}  run {}", d.kind, d.run);
  if (d.layer >= 0) {
    const auto& l = program.layers[static_cast<std::size_t>(d.layer)];
    s += fmt::format("\n  layer {} {} '{}', tensor {}", d.layer, l.op, escaped(l.name), l.tensor);
    if (d.element >= 0) {
      s += fmt::format(", element {} {}", d.element,
                       coordinates(graph.tensor(l.tensor).shape, d.element));
    }
  }
  if (d.pc >= 0) {
    s += fmt::format("\n  instruction pc {}: {}", d.pc,
                     disassemble(decoded.insns[static_cast<std::size_t>(d.pc)]));
  }
  if (d.cycle >= 0) s += fmt::format("\n  cycle {}", d.cycle);
  if (!place_text(d).empty()) s += ", " + place_text(d);
  if (!d.stage.empty()) s += fmt::format(", stage {}", d.stage);
  if (d.kind == "value" || d.kind == "output") {
    const int t = d.layer < 0 ? -1 : program.layers[static_cast<std::size_t>(d.layer)].tensor;
    const DType type = t < 0 ? DType::kInt8 : graph.tensor(t).dtype;
    s += fmt::format("\n  golden {}, machine {}", code_text(type, d.want), code_text(type, d.got));
  }
  for (const auto& stage : d.stages) {
    s += fmt::format("\n    {:<12}golden {:>12}  machine {:>12}{}", stage.name, stage.golden,
                     stage.machine, stage.golden != stage.machine ? "  <-" : "");
  }
  if (d.kind == "unit") s += fmt::format("\n  cycle model {}, RTL {}", d.want, d.got);
  if (!d.detail.empty()) s += "\n  " + d.detail;
  // The model runs ahead of a unit's pipeline, so writes behind the divergence may have agreed.
  if (d.last_agreed_cycle >= 0 && (d.cycle < 0 || d.last_agreed_cycle < d.cycle)) {
    s += fmt::format("\n  last write that agreed: cycle {}", d.last_agreed_cycle);
  }
  return s + fmt::format("\n  repro: {}\n", repro);
}

}  // namespace vernier
