#include "sim/written_rows.h"

#include <algorithm>
#include <type_traits>

#include "hw_models/spec/isa.h"

namespace vernier {
namespace {

template <class I, class = void>
struct has_rows : std::false_type {};
template <class I>
struct has_rows<I, std::void_t<decltype(I::y0), decltype(I::rows)>> : std::true_type {};

}  // namespace

WrittenRows::WrittenRows(const Program& program) {
  const auto& layers = program.layers;
  if (std::none_of(layers.begin(), layers.end(), [](const auto& l) { return l.place.ring > 0; })) {
    return;
  }
  ranges_.resize(program.words.size());
  std::int32_t copy_step = 1;
  for (std::size_t pc = 0; pc < program.words.size(); ++pc) {
    auto& range = ranges_[pc];
    std::visit(
        [&](const auto& i) {
          using I = std::decay_t<decltype(i)>;
          if constexpr (std::is_same_v<I, insn::PostStride>) {
            copy_step = static_cast<std::int32_t>(i.o_step);
          } else if constexpr (std::is_same_v<I, insn::PostDrain>) {
            range = {static_cast<std::int32_t>(i.y0), static_cast<std::int32_t>(i.height), 1};
          } else if constexpr (std::is_same_v<I, insn::PostCopy>) {
            range = {static_cast<std::int32_t>(i.o_y0), static_cast<std::int32_t>(i.rows),
                     copy_step};
          } else if constexpr (has_rows<I>::value) {
            range = {static_cast<std::int32_t>(i.y0), static_cast<std::int32_t>(i.rows), 1};
          }
        },
        decode(program.words[pc], "program", pc));
  }
}

int WrittenRows::row(const Placement& place, std::uint32_t pc, int slot) const {
  if (place.ring <= 0) return slot;
  if (slot < 0 || slot >= place.ring) return -1;
  const Range& range = ranges_[pc];
  if (range.step == 1) {
    const int ahead = (slot - range.first % place.ring + place.ring) % place.ring;
    return ahead < range.rows ? range.first + ahead : -1;
  }
  for (int k = 0; k < std::min(range.rows, place.ring); ++k) {
    const int y = range.first + k * range.step;
    if (y % place.ring == slot) return y;
  }
  return -1;
}

}  // namespace vernier
