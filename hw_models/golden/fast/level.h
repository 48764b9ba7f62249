// The instruction sets that the fast kernels are written for, and which of them this processor has.
#pragma once

#include <vector>

#include "hw_models/golden/fast/kernels.h"

namespace vernier::golden::fast {

enum class Level { kPortable, kAvx2, kAvx512Vnni };

// "portable", "avx2", "avx512-vnni"
const char* level_name(Level level);
// What this processor and its system have, slowest first; never empty.
const std::vector<Level>& levels();
// Of one of levels().
const KernelTable& kernel_table(Level level);

}  // namespace vernier::golden::fast
