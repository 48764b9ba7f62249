// The feeder: reads the ifmap's bytes from the activation memory and makes the array's operands of
// them, one pass at a time. Bytes outside the image are zero operands.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/cycle/array.h"
#include "hw_models/cycle/machine_state.h"
#include "hw_models/cycle/operands.h"
#include "hw_models/spec/mac_passes.h"

namespace vernier::cycle {

class Feeder {
 public:
  explicit Feeder(const MachineState& state) : state_(state) {}

  // A tile begins, under the registers as they are. Traps name `pc`.
  void begin(std::uint32_t pc, const insn::MacTile& t);
  // The operands of one pass; bytes outside the memory or never written trap (ProgramPoison).
  void feed(const Pass& pass);

  // Channel and packed mode: [pixel][array.rows], unused lanes 0.
  const std::int16_t* vectors() const { return vectors_.data(); }
  // Depthwise mode: one entry for each row of the pass, and elements between output pixels.
  const DepthwiseTap* taps() const { return taps_.data(); }
  std::int64_t step() const;
  // Depthwise mode: the window of one output pixel as it enters the array:
  // [array.rows][array.cols].
  void window(std::int64_t y, std::int64_t x, std::int16_t* out) const;

 private:
  void feed_vectors(const Pass& pass);
  void feed_row(const PassSegment& s, std::int64_t iy, std::int16_t* out);
  void feed_windows(const Pass& pass);
  // Image row `iy` of the window's columns: [columns][padded_columns]; nullptr outside the image.
  const std::int16_t* window_row(std::int64_t iy);
  // n runs of `length` bytes, `pitch` apart, from byte `from` of image row iy.
  const std::uint8_t* read(std::int64_t iy, std::int64_t from, std::int64_t n, std::int64_t pitch,
                           std::int64_t length) const;

  const MachineState& state_;
  std::uint32_t pc_ = 0;
  insn::MacTile tile_;
  OperandCodes codes_{false, 0};
  std::vector<std::int16_t> vectors_;
  // --- depthwise
  std::int64_t top_ = 0, left_ = 0;        // image row and column of the block's first element
  std::int64_t columns_ = 0;               // of the block
  std::vector<std::int16_t> block_;        // [rows][columns][padded_columns]
  std::vector<std::uint8_t> filled_;       // [rows]
  std::vector<const std::int16_t*> rows_;  // [segment][tile row]
  std::vector<DepthwiseTap> taps_;         // [pass rows]
};

}  // namespace vernier::cycle
