#include "hw_models/golden/fast/level.h"

#include <algorithm>

#include "hw_models/spec/error.h"

namespace vernier::golden::fast {
namespace {

std::vector<Level> found() {
  std::vector<Level> list{Level::kPortable};
#if defined(__x86_64__)
  // These ask the system too: registers that it does not save are not there.
  if (__builtin_cpu_supports("avx2")) list.push_back(Level::kAvx2);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vnni")) {
    list.push_back(Level::kAvx512Vnni);
  }
#endif
  return list;
}

}  // namespace

const char* level_name(Level level) {
  switch (level) {
    case Level::kPortable:
      return "portable";
    case Level::kAvx2:
      return "avx2";
    case Level::kAvx512Vnni:
      return "avx512-vnni";
  }
  return "?";
}

const std::vector<Level>& levels() {
  static const std::vector<Level> list = found();
  return list;
}

const KernelTable& kernel_table(Level level) {
  check(std::find(levels().begin(), levels().end(), level) != levels().end(),
        "kernels of instructions that this processor does not have");
#if defined(__x86_64__)
  if (level == Level::kAvx512Vnni) return avx512_vnni_kernels();
  if (level == Level::kAvx2) return avx2_kernels();
#endif
  return portable_kernels();
}

}  // namespace vernier::golden::fast
