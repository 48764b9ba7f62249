#include "sim/folded_pad.h"

#include <algorithm>
#include <cstring>

#include "hw_models/spec/descriptors.h"
#include "hw_models/spec/error.h"

namespace vernier {

std::vector<FeederPad> feeder_pads(const Program& program, const Graph& graph, int pad) {
  const int padded = graph.ops[static_cast<std::size_t>(pad)].outputs[0];
  std::vector<FeederPad> list;
  Registers regs;
  for (std::size_t pc = 0; pc < program.words.size(); ++pc) {
    const Instruction i = decode(program.words[pc], "program", pc);
    regs.load(i);
    if (!std::holds_alternative<insn::MacTile>(i)) continue;
    const int layer = program.layer_of[pc];
    const Op& reader = graph.ops[static_cast<std::size_t>(layer)];
    if (reader.inputs[0] != padded) continue;
    const auto& m = regs.mac;
    const FeederPad one{layer,
                        m.kernel.pad_top - reader.attrs.pad_top,
                        m.kernel.pad_left - reader.attrs.pad_left,
                        m.ifmap.height,
                        m.ifmap.width,
                        static_cast<int>(m.ifmap.zero_point)};
    if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
  }
  return list;
}

std::vector<std::uint8_t> delivered(const FeederPad& feeder, const Shape& source,
                                    const std::vector<std::uint8_t>& bytes, const Shape& padded,
                                    bool* outside) {
  check(
      source.size() == 4 && padded.size() == 4 && source[0] == padded[0] && source[3] == padded[3],
      "a folded PAD of rows and pixels of images");
  const std::int64_t c = source[3], h = source[1], w = source[2];
  std::vector<std::uint8_t> all(static_cast<std::size_t>(element_count(padded)),
                                static_cast<std::uint8_t>(feeder.code));
  for (std::int64_t n = 0; n < padded[0]; ++n) {
    for (std::int64_t y = 0; y < padded[1]; ++y) {
      const std::int64_t from = y - feeder.top;
      if (from < 0 || from >= feeder.height) continue;
      // Pixels of this row that the feeder takes from memory, and those of them that exist.
      const std::int64_t begin = std::max<std::int64_t>(feeder.left, 0);
      const std::int64_t end = std::min<std::int64_t>(feeder.left + feeder.width, padded[2]);
      const std::int64_t last = std::min(end, feeder.left + w);
      std::uint8_t* row = all.data() + (n * padded[1] + y) * padded[2] * c;
      if (end > begin) std::memset(row + begin * c, 0, static_cast<std::size_t>((end - begin) * c));
      if (from >= h || last < end) *outside = true;
      if (from >= h || last <= begin) continue;
      std::memcpy(row + begin * c, bytes.data() + ((n * h + from) * w + begin - feeder.left) * c,
                  static_cast<std::size_t>((last - begin) * c));
    }
  }
  return all;
}

}  // namespace vernier
