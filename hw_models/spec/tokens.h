// The tokens of an instruction: what it takes before it starts and what it gives.
#pragma once

#include <array>

#include "hw_models/spec/isa.h"

namespace vernier {

// Counts by engine (index: enum Engine).
struct TokenFields {
  std::array<int, kEngines> waits{};     // taken at the start
  std::array<bool, kEngines> signals{};  // given at the end
  bool early_post = false;               // MacTile's token to POST, sent at start_of_last_pass
};

// Reads the wait_<engine> and signal_<engine> fields.
TokenFields token_fields(const Instruction& i);

}  // namespace vernier
