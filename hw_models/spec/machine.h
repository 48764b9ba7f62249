// Architectural constants: facts of the design that no configuration changes. The cycle model's
// formulas and the RTL use the same values; docs/machine.md tells what each stage does.
#pragma once

namespace vernier {

// --- MAC engine: feed an ifmap vector at cycle t, its accumulators are written in cycle t + 5.
inline constexpr int kMacSetupCycles = 1;  // the tile's counters are loaded
inline constexpr int kMacFeedStages = 3;   // address, SRAM read, align + subtract zero point
inline constexpr int kArrayLatency = 2;    // vernier_mac_array: operand register, sum register
inline constexpr int kMacPipeline = kMacFeedStages + kArrayLatency;
// Shortest pass: an accumulator is read kArrayLatency before it is written, so the next pass over
// the same entry may not come sooner.
inline constexpr int kMacPassMin = 4;

// --- POST engine
inline constexpr int kRequantizerLatency =
    4;  // vernier_requantizer: bias, multiply, round + shift, clamp
inline constexpr int kBarrelShifterLatency =
    4;  // padded to the requantizer's, so the lanes stay in step
inline constexpr int kPostLead = kMacPipeline;   // a trailing drain starts behind the accumulators
inline constexpr int kPostSetupCycles = 1;       // counters are loaded
inline constexpr int kPostReadStages = 1;        // accumulator or activation SRAM read
inline constexpr int kPostAccumulateStages = 1;  // pools: running sum or maximum
inline constexpr int kPostTableStages = 1;       // softmax, unary operators: table read
inline constexpr int kPostMultiplyStages = 1;    // MUL: 9 x 9 bits in front of the requantizer
// PostSourceB.broadcast
inline constexpr int kBroadcastPixel = 1, kBroadcastByte = 2;
// PostAdd.subtract
inline constexpr int kSubtractBFromA = 1, kSubtractAFromB = 2;
// Softmax, once a pixel: half-sum, 3 Newton steps of two dependent products through the 4-stage
// multiplier of lane 0, doubling: 1 + 3 * 2 * 4 + 3.
inline constexpr int kReciprocalCycles = 28;
// Softmax, one pixel of c channels: maximum over vectors, sum of exponentials at one table read a
// cycle, reciprocal, outputs at one table read a cycle, and the pipeline in between.
constexpr int softmax_pixel_cycles(int lanes, int c) {
  return (c + lanes - 1) / lanes + c + kReciprocalCycles + c + kPostReadStages + kPostTableStages +
         kRequantizerLatency;
}

inline constexpr int kParamRecordBytes = 12;  // bias s32, multiplier u32, shift s8, 3 reserved
inline constexpr int kParamRecords = 1024;    // parameter memory of POST, a ring
inline constexpr int kLutEntries = 256;       // one table of 32-bit words
inline constexpr int kLutTables = 2;          // double-buffered

// --- program
inline constexpr int kInstructionBytes = 16;
inline constexpr int kSemaphoreMax = 1023;  // tokens a counter holds

}  // namespace vernier
