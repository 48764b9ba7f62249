// Finds out which part of a unit is to blame for a wrong result, by giving a fresh copy of the unit
// simpler operands through its own ports.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/cycle/units.h"
#include "sim/verilated/units_abi.h"

namespace vernier {

// A vector of the array and the tile it met, as they were.
struct ArrayVector {
  std::vector<std::int16_t> ifmap;    // [rows]; depthwise: the window, [rows * cols] row by row
  std::vector<std::int16_t> weights;  // [rows * cols], row by row
  bool depthwise = false;
};

// The PE row whose product is wrong in column `lane`: the vector's operands enter one at a time. -1
// if each product alone is right.
int find_pe_row(const VernierUnitsApi* api, const ArrayVector& vector, int lane);

// A vector of the requantizer or the barrel shifter, as it was. The shifter's x is in `acc`, its
// count in `shift`; bias and multiplier are empty then.
struct LaneVector {
  bool shifter = false;
  std::vector<std::int32_t> acc, bias, multiplier;  // [lanes used]
  std::vector<std::int8_t> shift;                   // [lanes used]
  int rounding = 0, zero_point = 0, lo = 0, hi = 0;
  std::vector<std::int32_t> want;  // [lanes used], the model's

  int lanes() const { return static_cast<int>(acc.size()); }
};

// The stage at fault in a lane: "bias", "multiply", "round", "shift", "zero point" or "clamp".
// Stages are made harmless from the last to the first; the one after whose removal the lane agrees
// with numerics.md is it. "pipeline" if the vector alone comes out as wanted. If the unit is right
// by numerics.md and the model is not, the name is followed by " (of the cycle model)".
std::string find_stage(const VernierUnitsApi* api, const LaneVector& vector, int lane);

}  // namespace vernier
