// Whether rounding A, a product in double rounded half away from zero, gives the codes of one
// multiply, one add and one shift.
#pragma once

#include <cstdint>
#include <optional>

#include "hw_models/spec/graph.h"
#include "hw_models/spec/numerics.h"

namespace vernier::compiler {

// The sums lo..hi of one output channel, biases added.
struct SumRange {
  std::int64_t lo, hi;
};

// Both functions grow with the sum, so they are equal on a range when each of the at most 255 steps
// from one code to the next lies at the same sum (numerics.md 2.6). `real` is the scale of A, m and
// `rounding` the requantizer's. Returns a sum for which the codes differ, nothing when there is
// none.
std::optional<std::int64_t> where_one_step_differs(Multiplier m, Rounding rounding, double real,
                                                   const SumRange& sums, int zero_point,
                                                   const ClampRange& codes);

}  // namespace vernier::compiler
