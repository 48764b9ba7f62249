#include "sim/tensor_map.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "hw_models/spec/error.h"

namespace vernier {
namespace {

// A double-quoted YAML scalar: JSON's escapes are YAML's.
std::string quoted(const std::string& text) { return nlohmann::json(escaped(text)).dump(); }

std::string dram_lines(const char* key, const std::vector<DramTensor>& list) {
  std::string text = fmt::format("{}:\n", key);
  for (const auto& d : list) {
    text +=
        fmt::format("  - {{tensor: {}, dram_addr: {}, bytes: {}}}\n", d.tensor, d.addr, d.bytes);
  }
  return text;
}

}  // namespace

std::string tensor_map_yaml(const Program& program) {
  std::string text = fmt::format("model_sha256: \"{}\"\nconfig_hash: \"{}\"\n",
                                 program.model_sha256, config_hash(program.config));
  text += dram_lines("inputs", program.inputs) + dram_lines("outputs", program.outputs);
  text +=
      "# Row y has slot s = y (y mod ring where ring > 0), which lies in bank (bank + s) mod "
      "banks, at "
      "byte base + (bank + s) / banks * row_pitch.\n";
  text += "layers:\n";
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    const auto& l = program.layers[i];
    text +=
        fmt::format("  - index: {}\n    op: {}\n    name: {}\n    tensor: {}\n    shape: [{}]\n", i,
                    l.op, quoted(l.name), l.tensor, fmt::join(l.shape_out, ", "));
    if (l.alias_of >= 0) text += fmt::format("    alias_of: {}\n", l.alias_of);
    text += fmt::format(
        "    place: {{base: {}, bank: {}, rows: {}, row_bytes: {}, row_pitch: {}, "
        "ring: {}}}\n",
        l.place.base, l.place.bank, l.place.rows, l.place.row_bytes, l.place.row_pitch,
        l.place.ring);
  }
  return text;
}

}  // namespace vernier
