// The seam for the arithmetic units: the MAC array, the requantizer lanes and the barrel shifter
// lanes, as seen by the MAC and POST engines. The model's own arithmetic is always computed; an
// observer of this kind gets every operand that enters a unit in the cycle in which it enters, and
// must say whether what comes out, and when, is the same. The Verilated units stand behind it.
#pragma once

#include <cstdint>
#include <string>

namespace vernier {

// What a unit disagrees about. Filled by the observer, completed by the engine.
struct UnitMismatch {
  std::string unit;        // "vernier_mac_array"
  std::string stage;       // "accumulate", "valid", "round", ...
  int row = -1;            // PE row, -1 where there is none
  int lane = -1;           // PE column or lane
  int vector = -1;         // output pixel of the tile, or vector of the instruction
  std::int64_t cycle = 0;  // cycles since the instruction's first operand entered the unit
  std::int64_t want = 0;   // the cycle model's value
  std::int64_t got = 0;    // the unit's value
};

// Operands of one cycle of the MAC array. Arrays are owned by the caller and live for the call.
struct ArrayCycle {
  bool valid = false;                     // an activation vector enters
  const std::int16_t* ifmap = nullptr;    // [rows] 9-bit signed, zero point subtracted
  bool depthwise = false;                 // each PE has an operand of its own, from `window`
  const std::int16_t* window = nullptr;   // [rows * cols] as ifmap, row by row
  bool clear = false;                     // the sums replace the accumulators
  const std::int32_t* acc_in = nullptr;   // [cols] accumulators before, sign-extended from acc_bits
  const std::int32_t* acc_out = nullptr;  // [cols] what the model computed
  const std::uint8_t* overflow = nullptr;  // [cols] 1 where accumulation wrapped
  bool load = false;                       // a weight row enters the shadow tile
  int load_row = 0;
  const std::int16_t* weights = nullptr;  // [cols] 9-bit signed, zero point subtracted
  bool swap = false;                      // after this cycle the shadow tile is the active one
};

// Operands of one vector of the requantizer lanes.
struct RequantizeVector {
  int lanes = 0;                             // how many of the lanes are used
  const std::int32_t* acc = nullptr;         // [lanes]
  const std::int32_t* bias = nullptr;        // [lanes]
  const std::int32_t* multiplier = nullptr;  // [lanes] 0..2^31-1
  const std::int8_t* shift = nullptr;        // [lanes] -31..30
  int rounding = 0;                          // enum Rounding
  int zero_point = 0, lo = 0, hi = 0;        // lo and hi are 32-bit when the result is an operand
  const std::int32_t* out = nullptr;         // [lanes] what the model computed
};

// Operands of one vector of the barrel shifter lanes: y = clamp(round(x * 2^-n) + zero_point).
struct ShiftVector {
  int lanes = 0;
  const std::int32_t* x = nullptr;     // [lanes] bias added
  const std::int8_t* right = nullptr;  // [lanes] n, -31..31; negative shifts left
  int rounding = 0;                    // enum Rounding; kDouble is TFL_POT
  int zero_point = 0, lo = 0, hi = 0;
  const std::int32_t* out = nullptr;
};

// An observer of the units. Each call returns true while everything that has come out agrees.
// finish() clocks the pipelines empty (before an instruction's end is reported) and must be
// called before mismatch() is trusted for that instruction.
class Units {
 public:
  virtual ~Units() = default;
  // Before the first operand of an instruction; resets the vector count.
  virtual void begin() = 0;
  virtual bool array_cycle(const ArrayCycle& c) = 0;
  virtual bool requantize(const RequantizeVector& v) = 0;
  virtual bool shift(const ShiftVector& v) = 0;
  virtual bool finish() = 0;
  virtual const UnitMismatch& mismatch() const = 0;
  // Vectors compared since construction: array, requantizer and shifter together.
  virtual std::int64_t compared() const = 0;
  // Clock cycles given to the units since construction.
  virtual std::int64_t cycles() const = 0;
};

}  // namespace vernier
