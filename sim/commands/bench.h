// vernier bench: what each step of a run costs on this computer, in CPU time.
#pragma once

#include <string>
#include <vector>

#include "hw_models/spec/hw_config.h"

namespace vernier {

// Times import, compilation, the cycle level without and with data, golden, both compared, and the
// units level (when its library can be built), and prints one line each: median and least CPU time
// of the process over several repetitions, simulated cycles and MACs per CPU second, and the ratio
// to golden, all taken in one run so that they can be compared. `model` "" is the built-in one,
// `profiles` the values of --profile.
// Returns kExitOk; throws what import and compilation throw, Error(Internal) if a run diverges.
int run_bench(const std::string& model, const HwConfig& config,
              const std::vector<std::string>& profiles);

// Times golden alone, one line for each of its kernels that this processor can run: "plain", then
// "fast (...)" from the slowest to the one that a run takes.
int run_golden_bench(const std::string& model, const std::vector<std::string>& profiles);

}  // namespace vernier
