// Where the arithmetic parts: the stages of one output element, golden's beside the machine's.
#pragma once

#include <cstdint>
#include <vector>

#include "hw_models/golden/explain.h"
#include "sim/compare.h"

namespace vernier {

// For a "value" divergence of a drained MAC layer: runs the cycle model once more on `dram` (the
// image with the run's inputs), keeps the accumulator that the drain read, and takes it through
// bias, scale, zero point and clamp as the program's records say. The first pair that differs names
// the stage. Empty for other divergences.
std::vector<Divergence::Stage> diagnose(const Divergence& d, const Graph& graph,
                                        const golden::Values& values,
                                        const golden::Numerics& numerics,
                                        const cycle::DecodedProgram& decoded,
                                        std::vector<std::uint8_t> dram);

}  // namespace vernier
