#include "sim/trace_horizon.h"

#include <algorithm>

#include "hw_models/spec/descriptors.h"
#include "hw_models/spec/durations.h"
#include "hw_models/spec/machine.h"

namespace vernier {
namespace {

// A tile over registers that no tile may have stops the machine before it reports anything.
bool is_runnable(const MacRegisters& r) {
  return r.reduce.passes > 0 && r.ifmap.channels > 0 && r.kernel.kernel_h > 0 &&
         r.kernel.kernel_w > 0;
}

std::int64_t longest_page_beats(const Program& p) {
  std::int64_t words = 0;
  for (std::size_t page = 0; page < p.page_begin.size(); ++page) {
    const std::size_t end =
        page + 1 < p.page_begin.size() ? p.page_begin[page + 1] : p.words.size();
    words = std::max(words, static_cast<std::int64_t>(end - p.page_begin[page]));
  }
  return dram_beats(p.config, words * kInstructionBytes);
}

}  // namespace

std::int64_t report_lag_cycles(const Program& program) {
  const HwConfig& config = program.config;
  Registers r;
  std::int64_t longest = 1;
  std::int64_t beats = longest_page_beats(program);
  for (std::size_t pc = 0; pc < program.words.size(); ++pc) {
    const Instruction i = decode(program.words[pc], "trace", pc);
    if (r.load(i)) continue;
    beats = std::max(beats, transfer_beats(config, i));
    if (const auto* tile = std::get_if<insn::MacTile>(&i)) {
      if (is_runnable(r.mac)) {
        longest = std::max(longest, mac_tile_timing(config, r.mac, *tile).duration);
      }
    } else if (engine_of(i) == Engine::Post) {
      longest = std::max(longest, post_duration(config, r.post, i));
    }
  }
  return std::max(longest, 3 * beats + config.dram_latency_cycles);
}

}  // namespace vernier
