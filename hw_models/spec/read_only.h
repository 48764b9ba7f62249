// Which part of DRAM a program may not write.
#pragma once

#include "hw_models/spec/machine.h"
#include "hw_models/spec/program.h"

namespace vernier {

// Whether DRAM bytes first .. first + count - 1 touch the program's instructions or constants.
inline bool touches_read_only(const Program& p, std::int64_t first, std::int64_t count) {
  const auto words = static_cast<std::int64_t>(p.words.size()) * kInstructionBytes;
  const std::int64_t image = p.image_addr;
  const std::int64_t image_end = image + static_cast<std::int64_t>(p.image.size());
  return first < words || (first < image_end && first + count > image);
}

}  // namespace vernier
